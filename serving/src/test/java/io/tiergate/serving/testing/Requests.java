package io.tiergate.serving.testing;

import com.google.protobuf.ByteString;
import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;

/** Requests for the tiny models, whose logits are the first three numbers of a row. */
public final class Requests {
    private Requests() {}

    /** As many rows of the numbers 1, 3, 2 and 0. */
    public static ModelInferRequest raw(String model, int rows) {
        float[][] values = new float[rows][];
        java.util.Arrays.fill(values, new float[] {1, 3, 2, 0});
        return raw(model, values).build();
    }

    /** One row an array of four numbers. */
    public static ModelInferRequest.Builder raw(String model, float[]... rows) {
        float[] values = new float[rows.length * 4];
        for (int row = 0; row < rows.length; row++) {
            System.arraycopy(rows[row], 0, values, row * 4, 4);
        }
        return ModelInferRequest.newBuilder()
                .setModelName(model)
                .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                        .setName("x")
                        .setDatatype("FP32")
                        .addShape(rows.length)
                        .addShape(4))
                .addRawInputContents(ByteString.copyFrom(
                        Tensor.ofFloats("x", Shape.of(rows.length, 4), values).data()));
    }
}
