package io.tiergate.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiergate.local.LocalStack;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A gateway at three tenths of its capacity, first with its broker and then without, and how soon it has sent what has waited once the
 * broker is back.
 */
final class BrokerAway {
    private static final double OF_CAPACITY = 0.3;
    private static final Duration LONGEST_DRAIN = Duration.ofMinutes(10);
    private static final int LOOK_EVERY_MILLIS = 50;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Workplace workplace;
    private final BenchLength length;
    private final LoadGenerator load;
    private final HttpClient http = HttpClient.newHttpClient();

    BrokerAway(Workplace workplace, BenchLength length, LoadGenerator load) {
        this.workplace = workplace;
        this.length = length;
        this.load = load;
    }

    /** @param pool a tenth of which asks to be escalated */
    ObjectNode measure(Path repository, Path pool) throws IOException, InterruptedException {
        try (Broker broker = Broker.start(workplace, "away-broker");
                LocalStack stack = workplace.edge(
                        "away",
                        repository,
                        Map.of(
                                "tiergate.kafka", broker.address(),
                                "tiergate.outbox.sync", "full",
                                "tiergate.outbox.max-bytes", "16G"))) {
            stack.start();
            Subject subject = new Subject(stack.ports().edgeGrpc(), pool);
            load.firstFullLoad(subject, length.warmUpSeconds());
            double capacity =
                    load.firstFullLoad(subject, length.throughputSeconds() * 2).answersPerSecond();
            double rate = Math.max(1, Math.round(capacity * OF_CAPACITY));
            awaitDrained(stack);
            LoadResult there = load.atRate(subject, rate, length.awaySeconds());
            awaitDrained(stack);
            broker.stop();
            LoadResult away = load.atRate(subject, rate, length.awaySeconds());
            double backlog = pending(stack);
            broker.startAgain();
            double drain = drainPerSecond(stack, backlog);
            ObjectNode node = report(capacity, rate, there, away);
            node.put("backlog_samples", Math.round(backlog));
            node.put("drain_per_s", drain);
            workplace.say(
                    "broker away: p99 %.2f ms with it, %.2f ms without; %,.0f waiting samples were sent at %,.0f/s",
                    node.get("there_p99_ms").asDouble(), node.get("away_p99_ms").asDouble(), backlog, drain);
            return node;
        }
    }

    private ObjectNode report(double capacity, double rate, LoadResult there, LoadResult away) {
        double thereMillis = there.latencyMillis("accepted", "p99");
        double awayMillis = away.latencyMillis("accepted", "p99");
        ObjectNode node = MAPPER.createObjectNode();
        node.put("capacity_per_s", capacity);
        node.put("rate_per_s", rate);
        node.put("seconds", length.awaySeconds());
        node.put("there_p99_ms", thereMillis);
        node.put("away_p99_ms", awayMillis);
        node.put("away_over_there_p99", awayMillis / thereMillis);
        node.put("escalated_away", away.count("escalated"));
        node.put("shed_away", away.count("shed"));
        node.put("failed", there.unanswered() + away.unanswered());
        node.put("generator_lag_p99_ms", Math.max(there.lagMillis("p99"), away.lagMillis("p99")));
        return node;
    }

    /** From when the first sample was sent: how soon the gateway finds that the broker is back is another matter. */
    private double drainPerSecond(LocalStack stack, double backlog) throws IOException, InterruptedException {
        long beginning = System.nanoTime();
        long start = beginning;
        while (pending(stack) >= backlog && isEarly(beginning)) {
            start = System.nanoTime();
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
        }
        awaitDrained(stack);
        return backlog / ((System.nanoTime() - start) / 1e9);
    }

    private void awaitDrained(LocalStack stack) throws IOException, InterruptedException {
        long beginning = System.nanoTime();
        while (pending(stack) > 0) {
            if (!isEarly(beginning)) {
                throw new IOException("the outbox is not empty after %d s".formatted(LONGEST_DRAIN.toSeconds()));
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
        }
    }

    private static boolean isEarly(long beginning) {
        return System.nanoTime() - beginning < LONGEST_DRAIN.toNanos();
    }

    /** Samples that the broker has not acknowledged. */
    private double pending(LocalStack stack) throws IOException, InterruptedException {
        String metric = "tiergate_outbox_samples{state=\"pending\"} ";
        URI metrics = URI.create(
                "http://127.0.0.1:%d/q/metrics".formatted(stack.ports().edgeHttp()));
        String text = http.send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
                .body();
        return text.lines()
                .filter(line -> line.startsWith(metric))
                .mapToDouble(line -> Double.parseDouble(line.substring(metric.length())))
                .findFirst()
                .orElseThrow(() -> new IOException(metrics + " does not tell " + metric));
    }
}
