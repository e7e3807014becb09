package io.tiergate.cli.gateway;

import com.google.protobuf.ByteString;
import io.tiergate.parts.PartGenerator;
import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.proto.inference.ModelInferRequest.InferInputTensor;
import java.util.List;

/** Requests that the demonstration's models take. */
public final class PartRequest {
    private PartRequest() {}

    /**
     * One picture, as a request that may be added to.
     *
     * @param pixels FP32, little-endian, row by row
     */
    public static ModelInferRequest.Builder of(String model, ByteString pixels) {
        return ModelInferRequest.newBuilder()
                .setModelName(model)
                .addInputs(InferInputTensor.newBuilder()
                        .setName("images")
                        .setDatatype("FP32")
                        .addAllShape(
                                List.of(1L, 1L, (long) PartGenerator.SIDE_PIXELS, (long) PartGenerator.SIDE_PIXELS)))
                .addRawInputContents(pixels);
    }
}
