package io.tiergate.bench.model;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiergate.bench.load.SamplePool;
import io.tiergate.bench.worker.JsonLines;
import io.tiergate.runtime.NativeLibraries;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.HdrHistogram.Histogram;

/**
 * The model in-process, as a process. The command: {@code {"do":"run","model":FILE,"pool":FILE,"threads":2,"batch":1,"seconds":3}}; the
 * answer has the samples a second of all threads together, and how long a call took.
 */
public final class ModelMain {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final double MILLISECOND_NANOS = 1e6;

    private ModelMain() {}

    /** @param arguments a folder for ONNX Runtime's libraries, made if it is missing */
    public static void main(String[] arguments) throws IOException {
        NativeLibraries.installOnnxRuntime(Path.of(arguments[0]));
        JsonLines.serve(ModelMain::run);
    }

    private static ObjectNode run(JsonNode command, AtomicBoolean unused)
            throws OrtException, IOException, InterruptedException, ExecutionException {
        SamplePool pool = SamplePool.read(Path.of(command.get("pool").asText()));
        int threads = command.get("threads").asInt();
        int batch = command.get("batch").asInt();
        double seconds = command.get("seconds").asDouble();
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            try (OrtSession session =
                    environment.createSession(command.get("model").asText(), options)) {
                return together(environment, session, pool, threads, batch, seconds);
            }
        }
    }

    private static ObjectNode together(
            OrtEnvironment environment, OrtSession session, SamplePool pool, int threads, int batch, double seconds)
            throws OrtException, IOException, InterruptedException, ExecutionException {
        List<ModelLoop> loops = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().name("model-", 0).factory())) {
            for (int i = 0; i < threads; i++) {
                loops.add(new ModelLoop(environment, session, pool, batch));
            }
            List<Callable<ModelLoop.Result>> runs = new ArrayList<>();
            loops.forEach(loop -> runs.add(() -> loop.run(seconds)));
            double rowsPerSecond = 0;
            Histogram calls = new Histogram(3);
            for (Future<ModelLoop.Result> done : executor.invokeAll(runs)) {
                rowsPerSecond += done.get().rowsPerSecond();
                calls.add(done.get().calls());
            }
            return MAPPER.createObjectNode()
                    .put("rows_per_s", rowsPerSecond)
                    .put("call_p50_ms", calls.getValueAtPercentile(50) / MILLISECOND_NANOS)
                    .put("call_p99_ms", calls.getValueAtPercentile(99) / MILLISECOND_NANOS);
        } finally {
            loops.forEach(ModelLoop::close);
        }
    }
}
