package io.tiergate.bench.model;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.tiergate.bench.load.SamplePool;
import io.tiergate.proto.inference.ModelInferRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * One calling thread. Its inputs lie in native memory beforehand and its output is written to the same memory again and again, so that
 * nothing but the run itself is measured.
 */
final class ModelLoop implements AutoCloseable {
    private static final int INPUTS = 16;
    private static final long LONGEST_NANOS = 60_000_000_000L;

    /**
     * @param rows how many samples were run
     * @param seconds in how long
     * @param calls how long each call took, in nanoseconds
     */
    record Result(long rows, double seconds, Histogram calls) {
        double rowsPerSecond() {
            return rows / seconds;
        }
    }

    private final OrtSession session;
    private final int batch;
    private final List<Map<String, OnnxTensor>> inputs = new ArrayList<>();
    private final Map<String, OnnxTensor> output;

    ModelLoop(OrtEnvironment environment, OrtSession session, SamplePool pool, int batch)
            throws OrtException, IOException {
        this.session = session;
        this.batch = batch;
        String input = session.getInputNames().iterator().next();
        for (int i = 0; i < INPUTS; i++) {
            inputs.add(Map.of(input, tensor(environment, pool, i)));
        }
        try (OrtSession.Result result = session.run(inputs.getFirst())) {
            Map.Entry<String, ai.onnxruntime.OnnxValue> first =
                    result.iterator().next();
            long[] shape = ((TensorInfo) first.getValue().getInfo()).getShape();
            int elements = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
            output = Map.of(
                    first.getKey(),
                    OnnxTensor.createTensor(
                            environment, direct(elements * Float.BYTES).asFloatBuffer(), shape));
        }
    }

    private OnnxTensor tensor(OrtEnvironment environment, SamplePool pool, int position)
            throws OrtException, IOException {
        FloatBuffer values = null;
        long[] shape = null;
        for (int row = 0; row < batch; row++) {
            ModelInferRequest request = ModelInferRequest.parseFrom(pool.request((long) position * batch + row));
            ByteBuffer raw =
                    request.getRawInputContents(0).asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
            if (values == null) {
                values = direct(raw.remaining() * batch).asFloatBuffer();
                shape = request.getInputs(0).getShapeList().stream()
                        .mapToLong(Long::longValue)
                        .toArray();
                shape[0] = batch;
            }
            values.put(raw.asFloatBuffer());
        }
        return OnnxTensor.createTensor(environment, values.flip(), shape);
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    /** Runs the model again and again. */
    Result run(double seconds) throws OrtException {
        Histogram calls = new Histogram(LONGEST_NANOS, 3);
        long start = System.nanoTime();
        long end = start + Math.round(seconds * 1e9);
        long before = start;
        long rows = 0;
        for (int i = 0; before < end; i++) {
            session.run(inputs.get(i % INPUTS), output).close();
            long now = System.nanoTime();
            calls.recordValue(Math.min(now - before, LONGEST_NANOS));
            rows += batch;
            before = now;
        }
        return new Result(rows, (before - start) / 1e9, calls);
    }

    @Override
    public void close() {
        inputs.forEach(input -> input.values().forEach(OnnxTensor::close));
        output.values().forEach(OnnxTensor::close);
    }
}
