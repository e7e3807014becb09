package io.tiergate.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.testing.TestModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * How many threads there are, and that the gateway says so at its start. The JVM works out by itself how many processors a container's CPU
 * quota makes; here it is told a number, so that the test is the same on every machine.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ThreadsIT {
    private static final List<String> THREE_PROCESSORS = List.of("-XX:ActiveProcessorCount=3");
    private static final String EVENT_LOOP = "grpc-";
    private static final String INFERENCE = "inference-";

    @TempDir
    Path folder;

    @Test
    void thereAreAsManyAsTheJvmHasProcessors() throws Exception {
        try (EdgeProcess edge = start(Map.of())) {
            assertThat(edge.log())
                    .contains("Threads: processors=3 event-loops=3 inference=3 onnx-intra-op=1 spinning=false ");
            assertThat(edge.threads(EVENT_LOOP)).isEqualTo(3);
            assertThat(edge.threads(INFERENCE)).isEqualTo(3);
        }
    }

    @Test
    void eachNumberThatIsGivenCountsMoreThanTheProcessors() throws Exception {
        Map<String, String> settings = Map.of(
                "tiergate.grpc.event-loops", "1",
                "tiergate.inference.threads", "5",
                "tiergate.inference.intra-op-threads", "2",
                "tiergate.inference.spinning", "true");
        try (EdgeProcess edge = start(settings)) {
            assertThat(edge.log())
                    .contains("Threads: processors=3 event-loops=1 inference=5 onnx-intra-op=2 spinning=true ");
            assertThat(edge.threads(EVENT_LOOP)).isEqualTo(1);
            assertThat(edge.threads(INFERENCE)).isEqualTo(5);
        }
    }

    private EdgeProcess start(Map<String, String> settings) throws IOException {
        return EdgeProcess.start(
                folder.resolve("edge"),
                TestModels.copyTo("tiny", folder.resolve("models")),
                THREE_PROCESSORS,
                settings);
    }
}
