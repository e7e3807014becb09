package io.tiergate.runtime;

import io.tiergate.runtime.RowLayout.Column;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Tries whether a model's answer to a row depends on the rows beside it: if it does, rows of different callers must not run together.
 * A first dimension that may vary need not be one of samples; and a model that quantizes its inputs as they come scales them by the
 * largest one of the whole batch.
 */
final class BatchProbe {
    private static final int MOST_ROWS = 4;

    /** Kernels add up in another order when there are more rows. */
    private static final double TOLERANCE = 1e-4;

    private static final double HALF_PRECISION_TOLERANCE = 1e-2;

    private final RowLayout layout;
    private final int rows;
    private final SplittableRandom random = new SplittableRandom(1);

    /**
     * @param mostRows that may run together; 2 or more
     */
    BatchProbe(RowLayout layout, int mostRows) {
        this.layout = layout;
        this.rows = Math.min(mostRows, MOST_ROWS);
    }

    /** What runs rows, and may fail on them: a model need not take every number. */
    interface Run {
        List<List<Tensor>> of(List<Rows> parts);
    }

    boolean rowsAreIndependent(Run run) {
        List<String> outputs = layout.outputs().stream().map(Column::name).toList();
        List<Rows> samples = IntStream.range(0, rows)
                .mapToObj(row -> new Rows(sample(row), outputs))
                .toList();
        try {
            List<List<Tensor>> together = run.of(samples);
            for (int row = 0; row < rows; row++) {
                if (!alike(run.of(List.of(samples.get(row))).get(0), together.get(row))) {
                    return false;
                }
            }
            return true;
        } catch (InferenceException e) {
            return false;
        }
    }

    /** Later rows have larger numbers: one that is scaled by another shows it. */
    private List<Tensor> sample(int row) {
        List<Tensor> sample = new ArrayList<>();
        for (Column input : layout.inputs()) {
            ByteBuffer data = ByteBuffer.allocate(input.rowBytes()).order(ByteOrder.LITTLE_ENDIAN);
            while (data.hasRemaining()) {
                put(data, input.type(), (float) random.nextDouble() * (1 << (2 * row)));
            }
            sample.add(Tensor.of(input.name(), input.type(), input.shape(1), data.flip()));
        }
        return sample;
    }

    private void put(ByteBuffer data, DataType type, float value) {
        switch (type) {
            case FP16 -> data.putShort(Float.floatToFloat16(value));
            case BF16 -> data.putShort((short) (Float.floatToIntBits(value) >>> Short.SIZE));
            case FP32 -> data.putFloat(value);
            case FP64 -> data.putDouble(value);
            // Small whole numbers: they may be indices into a table.
            default -> {
                data.put((byte) random.nextInt(2));
                for (int i = 1; i < type.elementBytes(); i++) {
                    data.put((byte) 0);
                }
            }
        }
    }

    private static boolean alike(List<Tensor> one, List<Tensor> other) {
        return IntStream.range(0, one.size()).allMatch(i -> alike(one.get(i), other.get(i)));
    }

    private static boolean alike(Tensor one, Tensor other) {
        if (!one.type().isFloatingPoint()) {
            return one.data().equals(other.data());
        }
        double tolerance =
                switch (one.type()) {
                    case FP16, BF16 -> HALF_PRECISION_TOLERANCE;
                    default -> TOLERANCE;
                };
        int elements = one.sizeBytes() / one.type().elementBytes();
        return IntStream.range(0, elements).allMatch(i -> {
            double a = one.doubleAt(i);
            double b = other.doubleAt(i);
            return Double.compare(a, b) == 0
                    || Math.abs(a - b) <= tolerance * Math.max(1, Math.max(Math.abs(a), Math.abs(b)));
        });
    }
}
