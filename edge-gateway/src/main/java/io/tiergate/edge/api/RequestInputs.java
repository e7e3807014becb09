package io.tiergate.edge.api;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.tiergate.edge.inference.CallInputs;
import io.tiergate.edge.inference.ServedModel;
import io.tiergate.image.ImagePreprocessor;
import io.tiergate.proto.v1.InferRequest;
import io.tiergate.serving.inference.InvalidRequestException;
import io.tiergate.serving.openinference.TensorCodec;
import java.util.List;

/** Reads what a request of Tiergate's own API asks about: tensors, or pictures in their place. */
final class RequestInputs {
    private final long maxTensorBytes;

    /** @param maxTensorBytes what a request may bring, or its pictures become, in all */
    RequestInputs(long maxTensorBytes) {
        this.maxTensorBytes = maxTensorBytes;
    }

    /**
     * Checks everything that can be checked without decoding a picture.
     *
     * @throws InvalidRequestException if both or neither are given, or more pictures than the model takes in a call
     * @throws io.tiergate.runtime.InvalidTensorException if the tensors do not fit the model
     * @throws io.grpc.StatusRuntimeException {@code FAILED_PRECONDITION} if the model takes no pictures
     */
    CallInputs read(ServedModel model, InferRequest request) {
        boolean tensors = request.getInputsCount() > 0;
        boolean images = request.getImagesCount() > 0;
        if (tensors == images) {
            throw new InvalidRequestException("inputs and images: %s (expected: one of them, for model '%s')"
                    .formatted(tensors ? "both are given" : "neither is given", model.name()));
        }
        return tensors
                ? model.tensors(request.getInputsList().stream()
                        .map(TensorCodec::decode)
                        .toList())
                : images(model, request.getImagesList());
    }

    private CallInputs images(ServedModel model, List<ByteString> files) {
        ImagePreprocessor preprocessor = model.preprocessor().orElseThrow(() -> Status.FAILED_PRECONDITION
                .withDescription(
                        "model '%s' takes no images (expected: a model.yaml with 'preprocess'); add preprocess: { image: grey } or { image: rgb } and start the gateway again, or send tensors in 'inputs'"
                                .formatted(model.name()))
                .asRuntimeException());
        if (files.size() > 1 && !model.signature().hasBatchDimension()) {
            throw new InvalidRequestException(
                    "images: %d (expected: 1, since model '%s' has no batch dimension); send each in a call of its own"
                            .formatted(files.size(), model.name()));
        }
        CallInputs.Images images = new CallInputs.Images(preprocessor, files);
        if (files.size() > 1 && images.tensorBytes() > maxTensorBytes) {
            throw new InvalidRequestException(
                    "images: %d become a tensor of %d bytes for model '%s' (expected: at most %d, tiergate.grpc.max-message-size); send fewer in a call"
                            .formatted(files.size(), images.tensorBytes(), model.name(), maxTensorBytes));
        }
        return images;
    }
}
