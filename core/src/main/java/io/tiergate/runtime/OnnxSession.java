package io.tiergate.runtime;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One loaded ONNX model.
 *
 * <p>{@link #run} may be called from any number of threads at once. The memory is freed after {@link #close}, once nobody who
 * {@linkplain #retain retained} the session is left: whoever may run it while its owner closes it has to retain it.
 */
public final class OnnxSession implements AutoCloseable {
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final Signature signature;
    private final UseCount users;

    private OnnxSession(OrtEnvironment environment, OrtSession session, Signature signature) {
        this.environment = environment;
        this.session = session;
        this.signature = signature;
        this.users = new UseCount(() -> closeQuietly(session));
    }

    /**
     * Loads a model; blocks for as long as ONNX Runtime optimises its graph.
     *
     * @throws UnusableModelException if the file is no ONNX model, or has inputs or outputs that cannot be served
     */
    public static OnnxSession open(Path file, SessionSettings settings) {
        OrtEnvironment environment = LastingEnvironment.get();
        OrtSession session;
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(settings.intraOpThreads());
            options.setInterOpNumThreads(settings.interOpThreads());
            options.setExecutionMode(
                    settings.interOpThreads() == 1
                            ? OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL
                            : OrtSession.SessionOptions.ExecutionMode.PARALLEL);
            String spinning = settings.spinning() ? "1" : "0";
            options.addConfigEntry("session.intra_op.allow_spinning", spinning);
            options.addConfigEntry("session.inter_op.allow_spinning", spinning);
            session = environment.createSession(file.toString(), options);
        } catch (OrtException e) {
            throw LoadFailure.of(file, firstLine(e));
        }
        try {
            Signature signature = new Signature(
                    specs(session.getInputInfo().values(), true),
                    specs(session.getOutputInfo().values(), false));
            return new OnnxSession(environment, session, signature);
        } catch (OrtException | RuntimeException e) {
            closeQuietly(session);
            throw new UnusableModelException("%s: %s".formatted(file.getFileName(), firstLine(e)));
        }
    }

    public Signature signature() {
        return signature;
    }

    /**
     * Runs the model once, on the caller's thread.
     *
     * @param inputs in the model's order and fitting its signature, see {@link Signature#arrange}
     * @param outputs names of the outputs wanted, in the order wanted
     * @return the outputs in that order, in memory of their own
     * @throws InferenceException if ONNX Runtime refuses the inputs' contents or fails
     */
    public List<Tensor> run(List<Tensor> inputs, Collection<String> outputs) {
        return measuredRun(inputs, outputs).result();
    }

    /** As {@link #run}, and says how long its parts took. */
    public ModelRun<List<Tensor>> measuredRun(List<Tensor> inputs, Collection<String> outputs) {
        Map<String, OnnxTensor> feeds = new LinkedHashMap<>();
        long began = System.nanoTime();
        try {
            for (Tensor input : inputs) {
                feeds.put(input.name(), toOnnx(input));
            }
            Set<String> wanted = new LinkedHashSet<>(outputs);
            long fed = System.nanoTime();
            try (OrtSession.Result result = session.run(feeds, wanted)) {
                long ran = System.nanoTime();
                List<Tensor> tensors = new ArrayList<>(wanted.size());
                for (String name : wanted) {
                    tensors.add(fromOnnx(name, (OnnxTensor) result.get(name).orElseThrow()));
                }
                return new ModelRun<>(tensors, new RunTimes(fed - began, ran - fed, System.nanoTime() - ran));
            }
        } catch (OrtException e) {
            throw new InferenceException("ONNX Runtime failed on " + Tensor.describe(inputs) + ": " + firstLine(e), e);
        } finally {
            feeds.values().forEach(OnnxTensor::close);
        }
    }

    /**
     * Keeps the session for one more user, who has to {@link #release} it.
     *
     * @return false if it is freed already
     */
    public boolean retain() {
        return users.retain();
    }

    /** Ends one {@link #retain}. */
    public void release() {
        users.release();
    }

    /** To be called once, by the owner. */
    @Override
    public void close() {
        users.release();
    }

    private OnnxTensor toOnnx(Tensor tensor) throws OrtException {
        long[] shape = tensor.shape().toArray();
        if (tensor.type() == DataType.BYTES) {
            String[] strings = tensor.strings().stream()
                    .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                    .toArray(String[]::new);
            return OnnxTensor.createTensor(environment, strings, shape);
        }
        // ONNX Runtime reads native memory: what is not direct already is copied into a direct buffer, once and here.
        ByteBuffer data = tensor.data();
        ByteBuffer direct = ByteBuffer.allocateDirect(data.remaining()).order(ByteOrder.nativeOrder());
        direct.put(data).flip();
        return OnnxTensor.createTensor(environment, direct, shape, javaType(tensor.type()));
    }

    private Tensor fromOnnx(String name, OnnxTensor tensor) throws OrtException {
        TensorInfo info = tensor.getInfo();
        Shape shape = Shape.of(info.getShape());
        DataType type = dataType(info);
        if (type == DataType.BYTES) {
            return Tensor.ofStrings(name, shape, strings(tensor.getValue()));
        }
        return Tensor.of(name, type, shape, tensor.getByteBuffer());
    }

    private static List<byte[]> strings(Object value) {
        List<byte[]> flat = new ArrayList<>();
        flatten(value, flat);
        return flat;
    }

    private static void flatten(Object value, List<byte[]> into) {
        if (value instanceof Object[] array) {
            for (Object element : array) {
                flatten(element, into);
            }
        } else {
            into.add(String.valueOf(value).getBytes(StandardCharsets.UTF_8));
        }
    }

    private static List<TensorSpec> specs(Collection<NodeInfo> nodes, boolean inputs) {
        List<TensorSpec> specs = new ArrayList<>();
        for (NodeInfo node : nodes) {
            if (!(node.getInfo() instanceof TensorInfo info)) {
                throw new UnusableModelException(
                        "%s '%s' is a sequence or a map (expected: a tensor); leave it away when exporting (scikit-learn: the option zipmap=False)"
                                .formatted(inputs ? "input" : "output", node.getName()));
            }
            DataType type = dataType(info);
            if (inputs && (type == DataType.UINT16 || type == DataType.UINT32 || type == DataType.UINT64)) {
                throw new UnusableModelException(
                        "input '%s' is %s, which ONNX Runtime's Java API cannot be given; cast it inside the graph"
                                .formatted(node.getName(), type));
            }
            specs.add(new TensorSpec(node.getName(), type, Shape.of(info.getShape())));
        }
        return specs;
    }

    private static DataType dataType(TensorInfo info) {
        return switch (info.onnxType) {
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL -> DataType.BOOL;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8 -> DataType.UINT8;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16 -> DataType.UINT16;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32 -> DataType.UINT32;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64 -> DataType.UINT64;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8 -> DataType.INT8;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16 -> DataType.INT16;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32 -> DataType.INT32;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64 -> DataType.INT64;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16 -> DataType.FP16;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16 -> DataType.BF16;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT -> DataType.FP32;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE -> DataType.FP64;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING -> DataType.BYTES;
            default -> throw new UnusableModelException("element type " + info.onnxType + " is not served");
        };
    }

    private static OnnxJavaType javaType(DataType type) {
        return switch (type) {
            case BOOL -> OnnxJavaType.BOOL;
            case UINT8 -> OnnxJavaType.UINT8;
            case INT8 -> OnnxJavaType.INT8;
            case INT16 -> OnnxJavaType.INT16;
            case INT32 -> OnnxJavaType.INT32;
            case INT64 -> OnnxJavaType.INT64;
            case FP16 -> OnnxJavaType.FLOAT16;
            case BF16 -> OnnxJavaType.BFLOAT16;
            case FP32 -> OnnxJavaType.FLOAT;
            case FP64 -> OnnxJavaType.DOUBLE;
            case BYTES, UINT16, UINT32, UINT64 ->
                throw new IllegalArgumentException(type + " has no plain form in ONNX Runtime's Java API");
        };
    }

    private static void closeQuietly(OrtSession session) {
        try {
            session.close();
        } catch (OrtException e) {
            // Nothing depends on a session that is being thrown away, and the caller could do nothing about it.
        }
    }

    private static String firstLine(Exception e) {
        String message = String.valueOf(e.getMessage());
        return message.lines().findFirst().orElse(message).strip();
    }
}
