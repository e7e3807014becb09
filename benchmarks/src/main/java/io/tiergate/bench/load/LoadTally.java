package io.tiergate.bench.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** What became of the calls of one measurement, with their latencies to three digits. Safe for several threads. */
final class LoadTally {
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(2);
    private static final int DIGITS = 3;
    private static final double MILLISECOND_NANOS = 1e6;

    private final Map<Outcome, ConcurrentHistogram> latencies = new EnumMap<>(Outcome.class);
    private final ConcurrentHistogram lags = new ConcurrentHistogram(LONGEST_NANOS, DIGITS);
    private final LongAdder sent = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private final LongAdder late = new LongAdder();
    private final LongAdder inTime = new LongAdder();
    private final long deadlineNanos;
    private volatile long lastedNanos;

    /** @param deadline an answer within it, from the instant at which the call was due, is in time */
    LoadTally(Duration deadline) {
        this.deadlineNanos = deadline.toNanos();
        for (Outcome outcome : Outcome.values()) {
            latencies.put(outcome, new ConcurrentHistogram(LONGEST_NANOS, DIGITS));
        }
    }

    /** @param lagNanos how much later than due */
    void sent(long lagNanos) {
        sent.increment();
        lags.recordValue(fitting(lagNanos));
    }

    /** @param latencyNanos since the call was due */
    void ended(Outcome outcome, long latencyNanos) {
        latencies.get(outcome).recordValue(fitting(latencyNanos));
        if (outcome.isAnswer() && latencyNanos <= deadlineNanos) {
            inTime.increment();
        }
        ended.increment();
    }

    /** A call ended when nobody counted any more. */
    void endedLate() {
        late.increment();
        ended.increment();
    }

    /** For how long calls were sent. */
    void lasted(long nanos) {
        lastedNanos = nanos;
    }

    long underWay() {
        return sent.sum() - ended.sum();
    }

    /** Returns once every call has ended, or the time is over. */
    void awaitLast(Duration within) throws InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        while (underWay() > 0 && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    /** Latencies of one kind of end. */
    Histogram latencies(Outcome outcome) {
        return latencies.get(outcome);
    }

    /** Latencies of all that were answered. */
    Histogram answered() {
        Histogram all = new Histogram(LONGEST_NANOS, DIGITS);
        latencies.forEach((outcome, histogram) -> {
            if (outcome.isAnswer()) {
                all.add(histogram);
            }
        });
        return all;
    }

    /** As the parent reads it: counts, the answers a second, and milliseconds. */
    ObjectNode toJson(ObjectMapper mapper) {
        ObjectNode json = mapper.createObjectNode();
        double seconds = lastedNanos / 1e9;
        long never = underWay();
        json.put("seconds", seconds);
        json.put("sent", sent.sum() - late.sum());
        latencies.forEach((outcome, histogram) -> json.put(name(outcome), histogram.getTotalCount()));
        json.put(name(Outcome.FAILED), latencies.get(Outcome.FAILED).getTotalCount() + never);
        Histogram answered = answered();
        json.put("answers_per_s", answered.getTotalCount() / seconds);
        json.put("in_time_per_s", inTime.sum() / seconds);
        json.set("lag_ms", percentiles(mapper, lags));
        ObjectNode byKind = json.putObject("latency_ms");
        byKind.set("answered", percentiles(mapper, answered));
        latencies.forEach((outcome, histogram) -> {
            if (histogram.getTotalCount() > 0) {
                byKind.set(name(outcome), percentiles(mapper, histogram));
            }
        });
        return json;
    }

    private static ObjectNode percentiles(ObjectMapper mapper, Histogram histogram) {
        ObjectNode json = mapper.createObjectNode();
        json.put("p50", histogram.getValueAtPercentile(50) / MILLISECOND_NANOS);
        json.put("p90", histogram.getValueAtPercentile(90) / MILLISECOND_NANOS);
        json.put("p99", histogram.getValueAtPercentile(99) / MILLISECOND_NANOS);
        json.put("p999", histogram.getValueAtPercentile(99.9) / MILLISECOND_NANOS);
        json.put("max", histogram.getMaxValue() / MILLISECOND_NANOS);
        return json;
    }

    private static String name(Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT);
    }

    private static long fitting(long nanos) {
        return Math.clamp(nanos, 0, LONGEST_NANOS);
    }
}
