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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One loaded ONNX model. Its outputs are always tensors here: a sequence of tensors is stacked along a new outermost dimension, and a
 * sequence of maps from keys to floats becomes a matrix, a row a map and a column a key, and beside it {@code <name>.keys}.
 *
 * <p>{@link #run} may be called from any number of threads at once. The memory is freed after {@link #close}, once nobody who
 * {@linkplain #retain retained} the session is left: whoever may run it while its owner closes it has to retain it.
 */
public final class OnnxSession implements AutoCloseable {
    /** What ONNX Runtime takes for its own defaults. */
    private static final OrtSession.RunOptions NO_OPTIONS = null;

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final UnsignedCasts casts;
    private final Signature signature;
    private final Map<String, ModelOutput> outputByTensor;
    private final UseCount users;
    private final Optional<RowBatches> batches;
    private volatile boolean rowsAreIndependent;

    private OnnxSession(OrtEnvironment environment, OrtSession session) throws OrtException {
        this.environment = environment;
        this.session = session;
        List<ModelOutput> outputs =
                session.getOutputInfo().values().stream().map(ModelOutput::of).toList();
        this.outputByTensor = new HashMap<>();
        outputs.forEach(output -> output.specs().forEach(spec -> outputByTensor.put(spec.name(), output)));
        this.signature = new Signature(
                inputs(session.getInputInfo().values()),
                outputs.stream().flatMap(output -> output.specs().stream()).toList());
        this.casts = UnsignedCasts.forInputs(signature.inputs(), environment);
        this.users = new UseCount(this::free);
        this.batches = RowLayout.of(signature).map(layout -> new RowBatches(environment, session, layout));
    }

    /**
     * Loads a model; blocks for as long as ONNX Runtime optimises its graph.
     *
     * @throws UnusableModelException if the file is no ONNX model, or has inputs or outputs that cannot be served
     */
    public static OnnxSession open(Path file, SessionSettings settings) {
        OrtEnvironment environment = LastingEnvironment.get();
        OrtSession session;
        try (OrtSession.SessionOptions options = options(settings)) {
            session = environment.createSession(file.toString(), options);
        } catch (OrtException e) {
            throw LoadFailure.of(file, firstLine(e));
        }
        try {
            return new OnnxSession(environment, session);
        } catch (OrtException e) {
            closeQuietly(session);
            throw LoadFailure.of(file, firstLine(e));
        } catch (RuntimeException e) {
            closeQuietly(session);
            throw new UnusableModelException("%s: %s".formatted(file.getFileName(), firstLine(e)));
        }
    }

    /** For the caller to close. */
    static OrtSession.SessionOptions options(SessionSettings settings) throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(settings.intraOpThreads());
        options.setInterOpNumThreads(settings.interOpThreads());
        options.setExecutionMode(
                settings.interOpThreads() == 1
                        ? OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL
                        : OrtSession.SessionOptions.ExecutionMode.PARALLEL);
        String spinning = settings.spinning() ? "1" : "0";
        options.addConfigEntry("session.intra_op.allow_spinning", spinning);
        options.addConfigEntry("session.inter_op.allow_spinning", spinning);
        return options;
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
     * @throws InferenceException if ONNX Runtime refuses the inputs' contents or fails, or an output's parts do not fit together
     */
    public List<Tensor> run(List<Tensor> inputs, Collection<String> outputs) {
        return measuredRun(inputs, outputs).result();
    }

    /**
     * As {@link #run(List, Collection)}, but ends the run when it takes too long: after the operator that is then under way.
     *
     * @param most above zero
     * @throws LateRunException if the run was ended
     */
    public List<Tensor> run(List<Tensor> inputs, Collection<String> outputs, Duration most) {
        try (RunLimit limit = new RunLimit(most)) {
            return run(inputs, outputs, limit);
        } catch (OrtException e) {
            throw new InferenceException("ONNX Runtime cannot limit a run: " + firstLine(e), e);
        }
    }

    private List<Tensor> run(List<Tensor> inputs, Collection<String> outputs, RunLimit limit) {
        try {
            return measuredRun(inputs, outputs, limit.options()).result();
        } catch (InferenceException e) {
            if (limit.isReached()) {
                throw new LateRunException("the run was ended, it took too long: " + Tensor.describe(inputs), e);
            }
            throw e;
        }
    }

    /** As {@link #run(List, Collection)}, and says how long its parts took. */
    public ModelRun<List<Tensor>> measuredRun(List<Tensor> inputs, Collection<String> outputs) {
        return measuredRun(inputs, outputs, NO_OPTIONS);
    }

    private ModelRun<List<Tensor>> measuredRun(
            List<Tensor> inputs, Collection<String> outputs, OrtSession.RunOptions options) {
        Map<String, OnnxTensor> feeds = new LinkedHashMap<>();
        long began = System.nanoTime();
        try {
            for (Tensor input : inputs) {
                feeds.put(input.name(), toOnnx(input));
            }
            Set<String> wanted = new LinkedHashSet<>(outputs);
            Set<ModelOutput> asked = wanted.stream().map(outputByTensor::get).collect(Collectors.toSet());
            Set<String> names = asked.stream().map(ModelOutput::name).collect(Collectors.toSet());
            long fed = System.nanoTime();
            try (OrtSession.Result result = session.run(feeds, names, options)) {
                long ran = System.nanoTime();
                Map<String, Tensor> tensors = new HashMap<>();
                for (ModelOutput output : asked) {
                    for (Tensor tensor : output.read(result.get(output.name()).orElseThrow())) {
                        tensors.put(tensor.name(), tensor);
                    }
                }
                return new ModelRun<>(
                        wanted.stream().map(tensors::get).toList(),
                        new RunTimes(fed - began, ran - fed, System.nanoTime() - ran));
            }
        } catch (OrtException e) {
            throw new InferenceException("ONNX Runtime failed on " + Tensor.describe(inputs) + ": " + firstLine(e), e);
        } finally {
            feeds.values().forEach(OnnxTensor::close);
        }
    }

    /**
     * Runs a few rows of made-up numbers, so that the first caller does not wait for what a runtime does once, and finds out whether the
     * rows of different calls may run together. Blocks for five runs, for ten where inputs are whole numbers, or for none where rows have
     * no fixed size. To be called before the session is shared.
     */
    public void warmUp() {
        batches.ifPresent(rows -> {
            rowsAreIndependent = rows.mostRows() > 1
                    && new BatchProbe(rows.layout(), rows.mostRows())
                            .rowsAreIndependent((parts, filling) -> run(parts, () -> rows.tryOver(filling, parts))
                                    .result());
        });
    }

    /** The most rows that {@link #runTogether} takes; 0 if this model's rows must not or cannot run together. */
    public int mostRowsTogether() {
        return rowsAreIndependent ? batches.orElseThrow().mostRows() : 0;
    }

    /**
     * Runs the rows of several calls at once, on the caller's thread. May be called from any number of threads at once.
     *
     * @param parts {@link #mostRowsTogether} rows together at most
     * @return the outputs of each part, in memory of their own
     * @throws InferenceException if ONNX Runtime fails: then a single part may be to blame
     */
    public ModelRun<List<List<Tensor>>> runTogether(List<Rows> parts) {
        return run(parts, () -> batches.orElseThrow().run(parts));
    }

    private interface BatchRun {
        ModelRun<List<List<Tensor>>> run() throws OrtException;
    }

    private static ModelRun<List<List<Tensor>>> run(List<Rows> parts, BatchRun batch) {
        try {
            return batch.run();
        } catch (OrtException e) {
            throw new InferenceException(
                    "ONNX Runtime failed on "
                            + parts.stream()
                                    .map(part -> Tensor.describe(part.inputs()))
                                    .toList() + ": " + firstLine(e),
                    e);
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
        OnnxJavaType type = ElementTypes.javaType(tensor.type());
        return casts.to(tensor.type(), OnnxTensor.createTensor(environment, direct, shape, type));
    }

    private static List<TensorSpec> inputs(Collection<NodeInfo> nodes) {
        List<TensorSpec> inputs = new ArrayList<>();
        for (NodeInfo node : nodes) {
            if (!(node.getInfo() instanceof TensorInfo info)) {
                throw new UnusableModelException(
                        "input '%s' is a sequence or a map (expected: a tensor); take tensors and make it of them inside the graph"
                                .formatted(node.getName()));
            }
            inputs.add(new TensorSpec(node.getName(), ElementTypes.of(info), Shape.of(info.getShape())));
        }
        return inputs;
    }

    private void free() {
        batches.ifPresent(RowBatches::close);
        closeQuietly(session);
        casts.close();
    }

    static void closeQuietly(OrtSession session) {
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
