package io.tiergate.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Runs rows of several calls at once, in memory that is used again. Safe on every thread: each takes memory of its own, of the smallest
 * class that holds its batch, and leaves it for the next.
 */
final class RowBatches {
    private static final int[] CLASSES = {1, 4, 16, 64};

    /** Of one class' memory, unless a single sample is larger. */
    private static final long LARGEST_BYTES = 16L << 20;

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final RowLayout layout;
    private final int mostRows;
    private final List<Deque<BatchMemory>> idle = new ArrayList<>();

    RowBatches(OrtEnvironment environment, OrtSession session, RowLayout layout) {
        this.environment = environment;
        this.session = session;
        this.layout = layout;
        this.mostRows = Math.clamp(LARGEST_BYTES / Math.max(1L, layout.sampleBytes()), 1, CLASSES[CLASSES.length - 1]);
        for (int i = 0; i < CLASSES.length; i++) {
            idle.add(new ConcurrentLinkedDeque<>());
        }
    }

    /** 1 or more. */
    int mostRows() {
        return mostRows;
    }

    RowLayout layout() {
        return layout;
    }

    /**
     * @param parts {@link #mostRows} rows together at most
     * @return the outputs of each part
     */
    ModelRun<List<List<Tensor>>> run(List<Rows> parts) throws OrtException {
        return run(parts, BatchMemory::run);
    }

    /** As {@link #run(List)}, to try made-up rows: over outputs full of one byte, so that what the model does not write is still there. */
    ModelRun<List<List<Tensor>>> tryOver(byte filling, List<Rows> parts) throws OrtException {
        return run(parts, (memory, model, rows) -> memory.tryOver(filling, model, rows));
    }

    private interface FirstRows {
        void run(BatchMemory memory, OrtSession session, int rows) throws OrtException;
    }

    private ModelRun<List<List<Tensor>>> run(List<Rows> parts, FirstRows firstRows) throws OrtException {
        long began = System.nanoTime();
        int rows = 0;
        for (Rows part : parts) {
            rows += part.count();
        }
        int sizeClass = sizeClass(rows);
        BatchMemory memory = idle.get(sizeClass).poll();
        if (memory == null) {
            memory = new BatchMemory(environment, layout, Math.min(CLASSES[sizeClass], mostRows));
        }
        try {
            gather(parts, memory);
            long fed = System.nanoTime();
            firstRows.run(memory, session, rows);
            long ran = System.nanoTime();
            List<List<Tensor>> outputs = handOut(memory, parts);
            return new ModelRun<>(outputs, new RunTimes(fed - began, ran - fed, System.nanoTime() - ran));
        } finally {
            idle.get(sizeClass).push(memory);
        }
    }

    /** Puts the parts' rows one behind the other. */
    static void gather(List<Rows> parts, BatchMemory memory) {
        int row = 0;
        for (Rows part : parts) {
            memory.put(part.inputs(), row);
            row += part.count();
        }
    }

    /** Each part's outputs, in memory of their own. */
    static List<List<Tensor>> handOut(BatchMemory memory, List<Rows> parts) {
        List<List<Tensor>> outputs = new ArrayList<>(parts.size());
        int row = 0;
        for (Rows part : parts) {
            outputs.add(memory.take(part.outputs(), row, part.count()));
            row += part.count();
        }
        return outputs;
    }

    private static int sizeClass(int rows) {
        int index = 0;
        while (CLASSES[index] < rows) {
            index++;
        }
        return index;
    }

    /** Frees the memory. Nobody may run anything any more. */
    void close() {
        idle.forEach(memories -> memories.forEach(BatchMemory::close));
    }
}
