package io.tiergate.cli.demo;

import com.google.protobuf.UnsafeByteOperations;
import io.tiergate.cli.CommandFailure;
import io.tiergate.cli.data.ImageInput;
import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.proto.inference.ModelInferRequest.InferInputTensor;
import io.tiergate.proto.inference.ModelMetadataResponse;
import io.tiergate.proto.inference.ModelMetadataResponse.TensorMetadata;
import io.tiergate.runtime.DataType;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Signature;
import io.tiergate.runtime.Tensor;
import io.tiergate.runtime.TensorSpec;
import java.util.Arrays;
import java.util.List;

/** Makes requests of grey images in the form that a model's metadata asks for. */
final class ImageEncoder {
    private final String model;
    private final ImageInput input;

    private ImageEncoder(String model, ImageInput input) {
        this.model = model;
        this.input = input;
    }

    /** @throws CommandFailure if the model does not take one grey image of this size */
    static ImageEncoder of(ModelMetadataResponse model, int rows, int columns) {
        Signature signature = new Signature(specs(model.getInputsList()), specs(model.getOutputsList()));
        return new ImageEncoder(model.getName(), ImageInput.of(model.getName(), signature, rows, columns));
    }

    private static List<TensorSpec> specs(List<TensorMetadata> tensors) {
        return tensors.stream()
                .map(tensor -> new TensorSpec(
                        tensor.getName(),
                        DataType.parse(tensor.getName(), tensor.getDatatype()),
                        Shape.of(tensor.getShapeList())))
                .toList();
    }

    /** @param pixels row by row, one unsigned byte each */
    ModelInferRequest encode(byte[] pixels) {
        Tensor tensor = input.tensor(List.of(pixels));
        return ModelInferRequest.newBuilder()
                .setModelName(model)
                .addInputs(InferInputTensor.newBuilder()
                        .setName(tensor.name())
                        .setDatatype(tensor.type().name())
                        .addAllShape(
                                Arrays.stream(tensor.shape().toArray()).boxed().toList()))
                .addRawInputContents(UnsafeByteOperations.unsafeWrap(tensor.data()))
                .build();
    }
}
