package io.tiergate.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiergate.local.LocalStack;
import io.tiergate.local.Part;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Half as much again as a gateway can answer: what it still answers, how soon it refuses the rest, and whether its memory grows. */
final class Overload {
    private static final double TIMES_CAPACITY = 1.5;
    /** What a caller who waits for an answer of a millisecond's work might set. */
    private static final Duration DEADLINE = Duration.ofMillis(100);

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Workplace workplace;
    private final BenchLength length;
    private final LoadGenerator load;

    Overload(Workplace workplace, BenchLength length, LoadGenerator load) {
        this.workplace = workplace;
        this.length = length;
        this.load = load;
    }

    /** @param repository with {@link SlowModel} alone */
    ObjectNode measure(Path repository, Path pool, double modelMillis) throws IOException, InterruptedException {
        workplace.say("overload: a model of %.2f ms a sample", modelMillis);
        try (LocalStack stack = workplace.edge("overload", repository, Map.of("tiergate.kafka", "none"))) {
            stack.start();
            Subject subject = new Subject(stack.ports().edgeGrpc(), pool);
            long pid = stack.process(Part.EDGE).pid();
            load.firstFullLoad(subject, length.warmUpSeconds());
            double capacity =
                    load.firstFullLoad(subject, length.throughputSeconds() * 2).answersPerSecond();
            // The memory that refusing needs is taken once: what counts is whether it grows from there.
            load.atRate(subject, capacity * TIMES_CAPACITY, length.warmUpSeconds(), DEADLINE);
            double before = ResidentMemory.mebibytes(pid);
            LoadResult result = load.atRate(subject, capacity * TIMES_CAPACITY, length.overloadSeconds(), DEADLINE);
            double after = ResidentMemory.mebibytes(pid);
            workplace.say(
                    "overload: %,.0f of %,.0f a second were answered in time", result.inTimePerSecond(), capacity);
            return report(modelMillis, capacity, result, before, after);
        }
    }

    private ObjectNode report(double modelMillis, double capacity, LoadResult result, double before, double after) {
        ObjectNode node = MAPPER.createObjectNode();
        node.put("model_ms", modelMillis);
        node.put("capacity_per_s", capacity);
        node.put("rate_per_s", capacity * TIMES_CAPACITY);
        node.put("seconds", length.overloadSeconds());
        node.put("deadline_ms", DEADLINE.toMillis());
        node.put("goodput_per_s", result.inTimePerSecond());
        node.put("answered", result.count("ungated"));
        node.put("refused", result.count("refused"));
        node.put("expired", result.count("expired"));
        node.put("failed", result.count("failed"));
        if (result.has("refused")) {
            node.put("refusal_p50_ms", result.latencyMillis("refused", "p50"));
            node.put("refusal_p99_ms", result.latencyMillis("refused", "p99"));
        }
        if (result.has("answered") && result.count("ungated") > 0) {
            node.put("answer_p99_ms", result.latencyMillis("answered", "p99"));
        }
        node.put("generator_lag_p99_ms", result.lagMillis("p99"));
        node.put("rss_before_mib", before);
        node.put("rss_after_mib", after);
        return node;
    }
}
