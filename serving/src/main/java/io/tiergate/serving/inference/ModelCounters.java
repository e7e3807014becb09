package io.tiergate.serving.inference;

import io.tiergate.runtime.RunTimes;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/**
 * What one version of a model has done since the process started. Every counter only rises. They are read one after the other, so
 * that between two of them requests may have ended.
 */
public final class ModelCounters {
    /** Callers choose the sizes of their batches: more of them than this are counted in the totals alone. */
    private static final int MOST_BATCH_SIZES = 1024;

    private final String model;
    private final long version;
    private final LongAdder samples = new LongAdder();
    private final LongAdder runs = new LongAdder();
    private final LongAccumulator lastRunMillis = new LongAccumulator(Math::max, 0);
    private final DurationCounter success = new DurationCounter();
    private final DurationCounter failure = new DurationCounter();
    private final DurationCounter queue = new DurationCounter();
    private final RunCounters parts = new RunCounters();
    private volatile Files files = new Files("", new RunCost());
    private final ConcurrentMap<Long, RunCounters> partsByBatchSize = new ConcurrentHashMap<>();

    /** A version's files may be replaced by others, whose runs cost what nobody knows yet. */
    private record Files(String digest, RunCost cost) {}

    ModelCounters(String model, long version) {
        this.model = model;
        this.version = version;
    }

    /** A run that succeeded, of one request's samples or of several's. */
    void ran(long batchSize, RunTimes times) {
        samples.add(batchSize);
        runs.increment();
        lastRunMillis.accumulate(System.currentTimeMillis());
        RunCounters ofSize = partsByBatchSize.get(batchSize);
        if (ofSize == null && partsByBatchSize.size() < MOST_BATCH_SIZES) {
            ofSize = partsByBatchSize.computeIfAbsent(batchSize, size -> new RunCounters());
        }
        if (ofSize != null) {
            ofSize.add(times);
        }
    }

    /**
     * A request with a result.
     *
     * @param times of the run that it was part of
     */
    void answered(long queueNanos, long wholeNanos, RunTimes times) {
        success.add(wholeNanos);
        queue.add(queueNanos);
        parts.add(times);
    }

    /** A request without a result: its run failed, or it had none. */
    void failed(long wholeNanos) {
        failure.add(wholeNanos);
    }

    /** What runs of these files cost of late. */
    RunCost cost(String digest) {
        Files known = files;
        if (!known.digest.equals(digest)) {
            known = new Files(digest, new RunCost());
            files = known;
        }
        return known.cost;
    }

    public String model() {
        return model;
    }

    public long version() {
        return version;
    }

    /** Samples that ran; divided by {@link #runs} it is the batch size that the model really saw. */
    public long samples() {
        return samples.sum();
    }

    public long runs() {
        return runs.sum();
    }

    /** When the last run ended, in milliseconds since 1970; 0 if there was none. */
    public long lastRunMillis() {
        return lastRunMillis.get();
    }

    /** Requests with a result, from their arrival at the queue to the end of their run. */
    public DurationCounter success() {
        return success;
    }

    /** Requests without one: with {@link #success} all that asked for a run. */
    public DurationCounter failure() {
        return failure;
    }

    /** How long the successful ones waited for their turn. */
    public DurationCounter queue() {
        return queue;
    }

    /** The parts of the runs that the successful ones were part of: a run of several requests counts for each. */
    public RunCounters parts() {
        return parts;
    }

    /** The parts of the runs by the number of their samples; each run counts once. */
    public SortedMap<Long, RunCounters> partsByBatchSize() {
        return new TreeMap<>(partsByBatchSize);
    }
}
