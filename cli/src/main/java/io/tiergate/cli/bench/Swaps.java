package io.tiergate.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiergate.cli.gateway.GatewayClient;
import io.tiergate.local.LocalStack;
import io.tiergate.local.Part;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Loads one model again and again while it is asked: no call may fail, and nothing may be left of the sessions before. */
final class Swaps {
    private static final double OF_CAPACITY = 0.25;
    private static final double LONGEST_SECONDS = 600;
    /** Memory is looked at so often in a run. */
    private static final int LOOKS = 10;
    /** What a first fifth takes is the allocator's and the compiler's. */
    private static final int WARM_UP_LOOKS = 2;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Workplace workplace;
    private final BenchLength length;
    private final LoadGenerator load;

    Swaps(Workplace workplace, BenchLength length, LoadGenerator load) {
        this.workplace = workplace;
        this.length = length;
        this.load = load;
    }

    /** @param pool of samples that are all accepted, so that no outbox grows meanwhile */
    ObjectNode measure(Path repository, Path pool) throws IOException, InterruptedException {
        workplace.say("model swaps: %,d under load", length.swaps());
        Map<String, String> properties = Map.of("tiergate.kafka", "none", "tiergate.model-control", "explicit");
        try (LocalStack stack = workplace.edge("swap", repository, properties)) {
            stack.start();
            Subject subject = new Subject(stack.ports().edgeGrpc(), pool);
            load.firstFullLoad(subject, length.warmUpSeconds());
            double rate =
                    load.firstFullLoad(subject, length.throughputSeconds()).answersPerSecond() * OF_CAPACITY;
            CompletableFuture<LoadResult> underLoad = CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            return load.atRate(subject, rate, LONGEST_SECONDS);
                        } catch (IOException e) {
                            throw new CompletionException(e);
                        }
                    },
                    task -> Thread.ofPlatform().name("load").daemon().start(task));
            long startNanos = System.nanoTime();
            List<Double> memory;
            try {
                memory = swap(subject.port(), stack.process(Part.EDGE).pid());
            } finally {
                load.stop();
            }
            double seconds = (System.nanoTime() - startNanos) / 1e9;
            return report(rate, seconds, memory, underLoad.join());
        }
    }

    /** @return MiB, before the first swap and after each tenth of them */
    private List<Double> swap(int port, long pid) throws IOException, InterruptedException {
        List<Double> memory = new ArrayList<>();
        try (GatewayClient client = new GatewayClient(port)) {
            memory.add(ResidentMemory.mebibytes(pid));
            for (int i = 1; i <= length.swaps(); i++) {
                client.load(BenchModels.MODEL);
                if (i % Math.max(1, length.swaps() / LOOKS) == 0) {
                    memory.add(ResidentMemory.mebibytes(pid));
                }
            }
        }
        return memory;
    }

    private ObjectNode report(double rate, double seconds, List<Double> memory, LoadResult result) {
        ObjectNode node = MAPPER.createObjectNode();
        node.put("swaps", length.swaps());
        node.put("seconds", seconds);
        node.put("rate_per_s", rate);
        node.put("answered", result.count("accepted"));
        node.put("failed", result.unanswered());
        if (!result.firstFailure().isEmpty()) {
            node.put("first_failure", result.firstFailure());
        }
        node.put("answer_p99_ms", result.latencyMillis("answered", "p99"));
        node.put("rss_growth_mib_per_100_swaps", growthPer100(memory, length.swaps()));
        ArrayNode rss = node.putArray("rss_mib");
        memory.forEach(rss::add);
        return node;
    }

    /**
     * The slope of the straight line that fits best what was seen after the warm-up.
     *
     * @param memory MiB, the first before any swap, the others evenly spaced
     */
    static double growthPer100(List<Double> memory, int swaps) {
        List<Double> warm = memory.subList(Math.min(WARM_UP_LOOKS, memory.size() - 2), memory.size());
        double swapsBetween = (double) swaps / (memory.size() - 1);
        double middle = (warm.size() - 1) / 2.0;
        double mean = warm.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        double covariance = 0;
        double variance = 0;
        for (int i = 0; i < warm.size(); i++) {
            covariance += (i - middle) * (warm.get(i) - mean);
            variance += (i - middle) * (i - middle);
        }
        return covariance / variance / swapsBetween * 100;
    }
}
