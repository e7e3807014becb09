package io.tiergate.edge.api;

import com.google.protobuf.ByteString;
import io.tiergate.proto.inference.InferParameter;
import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;

/** Requests for the tiny models. */
public final class Requests {
    private Requests() {}

    /** The edge accepts it as a. */
    public static float[] sure() {
        return new float[] {5, 0, 0, 0};
    }

    /** The edge doubts it; the ensemble is sure that it is a. */
    public static float[] doubtful() {
        return new float[] {1, 0, 0, 0};
    }

    /** A raw request with one row an array of four numbers. */
    public static ModelInferRequest.Builder raw(String model, float[]... rows) {
        float[] values = new float[rows.length * 4];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, values, i * 4, 4);
        }
        Tensor tensor = Tensor.ofFloats("x", Shape.of(rows.length, 4), values);
        return ModelInferRequest.newBuilder()
                .setModelName(model)
                .setId("r1")
                .addInputs(input("x", "FP32", rows.length, 4))
                .addRawInputContents(ByteString.copyFrom(tensor.data()));
    }

    static ModelInferRequest.InferInputTensor.Builder input(String name, String datatype, long... shape) {
        var input =
                ModelInferRequest.InferInputTensor.newBuilder().setName(name).setDatatype(datatype);
        for (long size : shape) {
            input.addShape(size);
        }
        return input;
    }

    static InferParameter text(String value) {
        return InferParameter.newBuilder().setStringParam(value).build();
    }
}
