package io.tiergate.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;

/** ONNX Runtime with nothing around it, in a process of its own. */
final class ModelAlone implements AutoCloseable {
    /**
     * @param samplesPerSecond of all threads together
     * @param callMillis half of the calls took no longer
     */
    record Speed(double samplesPerSecond, double callMillis) {}

    private final Worker worker;

    ModelAlone(Worker worker) {
        this.worker = worker;
    }

    /**
     * Runs a model again and again.
     *
     * @param pool the samples
     * @param batch samples of one call
     */
    Speed run(Path model, Path pool, int threads, int batch, double seconds) throws IOException {
        JsonNode answer = worker.ask(Worker.command("run")
                .put("model", model.toAbsolutePath().toString())
                .put("pool", pool.toAbsolutePath().toString())
                .put("threads", threads)
                .put("batch", batch)
                .put("seconds", seconds));
        return new Speed(
                answer.get("rows_per_s").asDouble(), answer.get("call_p50_ms").asDouble());
    }

    @Override
    public void close() {
        worker.close();
    }
}
