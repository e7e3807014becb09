package io.tiergate.runtime;

import io.tiergate.runtime.RowLayout.Column;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Tries whether a model's answer to a row depends on the rows beside it, or on what the memory of its outputs held before: if it does, rows
 * of different callers must not run together. A first dimension that may vary need not be one of samples; a model that quantizes its inputs
 * as they come scales them by the largest one of the whole batch; and an output that the graph does not compute is never written.
 */
final class BatchProbe {
    private static final int MOST_ROWS = 4;

    /** Whole numbers of the last row are below it; a row before has numbers up to a quarter as large. */
    private static final int WIDE = 256;

    /** What outputs' memory is full of before rows run alone, and before they run together: as numbers of any type, far from each other. */
    private static final byte FILLING_ALONE = 0;

    private static final byte FILLING_TOGETHER = 0x41;

    /** Of an output's largest number. Kernels add up in another order when there are more rows. */
    private static final double TOLERANCE = 1e-4;

    private static final double HALF_PRECISION_TOLERANCE = 1e-2;

    /** A row's numbers that nearly cancel each other out are judged by the other rows: inputs of one row are that much larger. */
    private static final double LARGEST_TO_ROW = 1 << (2 * (MOST_ROWS - 1));

    /** An output all of whose numbers are smaller may be what rounding left over: a probability that is as good as none. */
    private static final double SMALLEST_LARGEST = 1e-3;

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

    /** What runs rows in memory whose outputs are full of one byte, and may fail on them: a model need not take every number. */
    interface Run {
        List<List<Tensor>> of(List<Rows> parts, byte filling);
    }

    boolean rowsAreIndependent(Run run) {
        try {
            if (!answersAreAlike(run, false)) {
                return false;
            }
        } catch (InferenceException e) {
            return false;
        }
        try {
            return !takesWholeNumbers() || answersAreAlike(run, true);
        } catch (InferenceException e) {
            // Indices, most likely, into a table with fewer entries.
            return true;
        }
    }

    private boolean takesWholeNumbers() {
        return layout.inputs().stream()
                .map(Column::type)
                .anyMatch(type -> !type.isFloatingPoint() && type != DataType.BOOL);
    }

    private boolean answersAreAlike(Run run, boolean wide) {
        List<String> outputs = layout.outputs().stream().map(Column::name).toList();
        List<Rows> samples = IntStream.range(0, rows)
                .mapToObj(row -> new Rows(sample(row, wide), outputs))
                .toList();
        List<List<Tensor>> together = run.of(samples, FILLING_TOGETHER);
        List<List<Tensor>> alone = samples.stream()
                .map(sample -> run.of(List.of(sample), FILLING_ALONE).get(0))
                .toList();
        return IntStream.range(0, outputs.size()).allMatch(i -> alike(column(alone, i), column(together, i)));
    }

    private static List<Tensor> column(List<List<Tensor>> answers, int output) {
        return answers.stream().map(answer -> answer.get(output)).toList();
    }

    /** Later rows have larger numbers: one that is scaled by another shows it. */
    private List<Tensor> sample(int row, boolean wide) {
        List<Tensor> sample = new ArrayList<>();
        for (Column input : layout.inputs()) {
            ByteBuffer data = ByteBuffer.allocate(input.rowBytes()).order(ByteOrder.LITTLE_ENDIAN);
            while (data.hasRemaining()) {
                if (input.type().isFloatingPoint()) {
                    putReal(data, input.type(), (float) random.nextDouble(-1, 1) * (1 << (2 * row)));
                } else {
                    putWhole(data, input.type(), wide ? wideNumber(input.type(), row) : smallNumber(row));
                }
            }
            sample.add(Tensor.of(input.name(), input.type(), input.shape(1), data.flip()));
        }
        return sample;
    }

    /** They may be indices into a table. Rows differ in the largest of them: the first has only 0, the second only 1. */
    private int smallNumber(int row) {
        return row < 2 ? row : random.nextInt(2);
    }

    private int wideNumber(DataType type, int row) {
        int limit = WIDE >> (2 * (rows - 1 - row));
        return switch (type) {
            case BOOL -> random.nextInt(2);
            case INT8 -> random.nextInt(-limit / 2, limit / 2);
            default -> random.nextInt(limit);
        };
    }

    private static void putReal(ByteBuffer data, DataType type, float value) {
        switch (type) {
            case FP16 -> data.putShort(Float.floatToFloat16(value));
            case BF16 -> data.putShort((short) (Float.floatToIntBits(value) >>> Short.SIZE));
            case FP64 -> data.putDouble(value);
            default -> data.putFloat(value);
        }
    }

    private static void putWhole(ByteBuffer data, DataType type, long value) {
        for (int i = 0; i < type.elementBytes(); i++) {
            data.put((byte) (value >> (Byte.SIZE * i)));
        }
    }

    /** Whether one output's rows are. */
    private static boolean alike(List<Tensor> alone, List<Tensor> together) {
        if (!alone.get(0).type().isFloatingPoint()) {
            return IntStream.range(0, alone.size())
                    .allMatch(row ->
                            alone.get(row).data().equals(together.get(row).data()));
        }
        double least = Math.max(SMALLEST_LARGEST, largest(alone.stream()) / LARGEST_TO_ROW);
        return IntStream.range(0, alone.size()).allMatch(row -> alike(alone.get(row), together.get(row), least));
    }

    private static boolean alike(Tensor one, Tensor other, double leastLargest) {
        double tolerance =
                switch (one.type()) {
                    case FP16, BF16 -> HALF_PRECISION_TOLERANCE;
                    default -> TOLERANCE;
                };
        double most = tolerance * Math.max(leastLargest, largest(Stream.of(one)));
        return IntStream.range(0, elements(one)).allMatch(i -> {
            double a = one.doubleAt(i);
            double b = other.doubleAt(i);
            return Double.compare(a, b) == 0 || Math.abs(a - b) <= most;
        });
    }

    private static double largest(Stream<Tensor> tensors) {
        return tensors.flatMapToDouble(
                        tensor -> IntStream.range(0, elements(tensor)).mapToDouble(tensor::doubleAt))
                .filter(Double::isFinite)
                .map(Math::abs)
                .max()
                .orElse(0);
    }

    private static int elements(Tensor tensor) {
        return tensor.sizeBytes() / tensor.type().elementBytes();
    }
}
