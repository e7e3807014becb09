package io.tiergate.cli.model;

import io.tiergate.runtime.DataType;
import io.tiergate.runtime.InferenceException;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;
import io.tiergate.runtime.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * What a model answered to a few random inputs, the same at every call.
 *
 * @param rows one output row a sample; empty if nothing could be tried
 * @param trouble why nothing could be tried, or what went wrong
 * @param batchFails whether single samples are answered, but two at once are not
 * @param keys the classes' names, if the answers are maps from such; otherwise empty
 */
record Trial(List<double[]> rows, Optional<String> trouble, boolean batchFails, List<String> keys) {
    /** What to do about a batch that fails. */
    static final String FALSE_BATCH =
            "the model says that its first size is free, but two samples at once fail; export it with a batch dimension that is free throughout the graph, or fixed to 1";

    private static final int RUNS = 4;
    private static final int FREE_SIZE = 32;
    private static final long MOST_ELEMENTS = 16_000_000;

    static Trial of(ModelFile file, TensorSpec output) {
        if (file.signature().inputs().stream().anyMatch(input -> input.type() == DataType.BYTES)) {
            return failed("text cannot be made up");
        }
        boolean batch = file.signature().hasBatchDimension();
        try {
            return new Trial(run(file, output, batch ? 2 : 1), Optional.empty(), false, keys(file, output));
        } catch (InferenceException e) {
            return batch ? alone(file, output, e.getMessage()) : failed(e.getMessage());
        } catch (IllegalArgumentException e) {
            return failed(e.getMessage());
        }
    }

    private static Trial alone(ModelFile file, TensorSpec output, String trouble) {
        try {
            return new Trial(run(file, output, 1), Optional.of(trouble), true, List.of());
        } catch (InferenceException e) {
            return failed(e.getMessage());
        }
    }

    private static Trial failed(String trouble) {
        return new Trial(List.of(), Optional.of(trouble), false, List.of());
    }

    private static List<double[]> run(ModelFile file, TensorSpec output, int batch) {
        Random random = new Random(1);
        List<double[]> rows = new ArrayList<>();
        for (int run = 0; run < RUNS; run++) {
            Tensor answer = answer(file, output.name(), batch, random);
            int count = (int) (answer.shape().elements(answer.name()) / batch);
            for (int row = 0; row < batch; row++) {
                rows.add(answer.rowOfDoubles(row, count));
            }
        }
        return rows;
    }

    private static List<String> keys(ModelFile file, TensorSpec output) {
        return file
                .signature()
                .keysOf(output)
                .filter(keys -> keys.type() == DataType.BYTES)
                .map(keys -> answer(file, keys.name(), 1, new Random(1)).strings())
                .orElse(List.of())
                .stream()
                .map(text -> new String(text, StandardCharsets.UTF_8))
                .toList();
    }

    private static Tensor answer(ModelFile file, String output, int batch, Random random) {
        List<Tensor> inputs = file.signature().inputs().stream()
                .map(input -> made(input, batch, random))
                .toList();
        return file.session().run(inputs, List.of(output)).getFirst();
    }

    private static Tensor made(TensorSpec input, int batch, Random random) {
        long[] sizes = input.shape().toArray();
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = sizes[i] != Shape.ANY ? sizes[i] : i == 0 ? batch : FREE_SIZE;
        }
        long elements = Shape.of(sizes).elements(input.name());
        if (elements > MOST_ELEMENTS) {
            throw new IllegalArgumentException("input '%s' is too large to try".formatted(input.name()));
        }
        ByteBuffer data = ByteBuffer.allocate((int) elements * input.type().elementBytes())
                .order(ByteOrder.LITTLE_ENDIAN);
        while (data.hasRemaining()) {
            switch (input.type()) {
                case FP16 -> data.putShort(Float.floatToFloat16(random.nextFloat()));
                // The upper half of a float.
                case BF16 -> data.putShort((short) (Float.floatToIntBits(random.nextFloat()) >>> Short.SIZE));
                case FP32 -> data.putFloat(random.nextFloat());
                case FP64 -> data.putDouble(random.nextDouble());
                case UINT8 -> data.put((byte) random.nextInt(256));
                // Often indices, which have to be small.
                case INT32 -> data.putInt(random.nextInt(2));
                case INT64 -> data.putLong(random.nextInt(2));
                default -> data.put((byte) 0);
            }
        }
        return Tensor.of(input.name(), input.type(), Shape.of(sizes), data.flip());
    }
}
