package io.tiergate.parts.models;

import io.tiergate.parts.Lot;
import io.tiergate.parts.Part;
import io.tiergate.parts.PartGenerator;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/** The test draw that the model card speaks of. */
record TestDraw(List<Part> parts) {
    /** ONNX Runtime and the training's framework round differently; a handful of parts in 8,000 may tip over. */
    static final double ROUNDING = 0.0011;

    private static final long SEED = 3;
    private static final int PARTS = 8_000;
    private static final int BATCH = 250;

    static TestDraw generate() {
        return new TestDraw(
                new PartGenerator(SEED, Lot.NORMAL).parts().limit(PARTS).toList());
    }

    List<List<Part>> batches() {
        return IntStream.range(0, PARTS / BATCH)
                .mapToObj(i -> parts.subList(i * BATCH, (i + 1) * BATCH))
                .toList();
    }

    static Tensor images(List<Part> batch) {
        int side = PartGenerator.SIDE_PIXELS;
        float[] values = new float[batch.size() * side * side];
        int next = 0;
        for (Part part : batch) {
            for (byte pixel : part.image().pixels()) {
                values[next++] = Byte.toUnsignedInt(pixel) / 255f;
            }
        }
        return Tensor.ofFloats("images", Shape.of(batch.size(), 1, side, side), values);
    }
}
