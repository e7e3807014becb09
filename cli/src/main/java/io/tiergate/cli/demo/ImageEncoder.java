package io.tiergate.cli.demo;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.tiergate.cli.CommandFailure;
import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.proto.inference.ModelInferRequest.InferInputTensor;
import io.tiergate.proto.inference.ModelMetadataResponse;
import io.tiergate.proto.inference.ModelMetadataResponse.TensorMetadata;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Makes requests of grey images in the form that a model's metadata asks for. */
final class ImageEncoder {
    private static final float WHITE = 255f;

    private final ModelInferRequest frame;
    private final String datatype;

    private ImageEncoder(ModelInferRequest frame, String datatype) {
        this.frame = frame;
        this.datatype = datatype;
    }

    /** @throws CommandFailure if the model does not take one grey image of this size */
    static ImageEncoder of(ModelMetadataResponse model, int rows, int columns) {
        if (model.getInputsCount() != 1) {
            throw new CommandFailure("model '%s' has %d inputs (expected: one, for an image)"
                    .formatted(model.getName(), model.getInputsCount()));
        }
        TensorMetadata input = model.getInputs(0);
        if (!List.of("FP32", "FP64", "UINT8").contains(input.getDatatype())) {
            throw new CommandFailure("input '%s' of model '%s' is %s (expected, for an image: FP32, FP64 or UINT8)"
                    .formatted(input.getName(), model.getName(), input.getDatatype()));
        }
        InferInputTensor tensor = InferInputTensor.newBuilder()
                .setName(input.getName())
                .setDatatype(input.getDatatype())
                .addAllShape(shape(model.getName(), input, rows, columns))
                .build();
        ModelInferRequest frame = ModelInferRequest.newBuilder()
                .setModelName(model.getName())
                .addInputs(tensor)
                .build();
        return new ImageEncoder(frame, input.getDatatype());
    }

    /** With one channel, all these shapes hold the same bytes in the same order. */
    private static List<Long> shape(String model, TensorMetadata input, long rows, long columns) {
        List<List<Long>> forms = List.of(
                List.of(1L, 1L, rows, columns),
                List.of(1L, rows, columns, 1L),
                List.of(1L, rows, columns),
                List.of(1L, rows * columns),
                List.of(rows, columns),
                List.of(rows * columns));
        return forms.stream()
                .filter(form -> fits(form, input.getShapeList()))
                .findFirst()
                .orElseThrow(() -> new CommandFailure(
                        "input '%s' of model '%s' has shape %s, into which an image of %d by %d does not fit (expected: one of %s)"
                                .formatted(input.getName(), model, input.getShapeList(), rows, columns, forms)));
    }

    private static boolean fits(List<Long> form, List<Long> shape) {
        if (form.size() != shape.size()) {
            return false;
        }
        for (int i = 0; i < form.size(); i++) {
            if (shape.get(i) >= 0 && !shape.get(i).equals(form.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** @param pixels row by row, one unsigned byte each */
    ModelInferRequest encode(byte[] pixels) {
        return frame.toBuilder().addRawInputContents(bytes(pixels)).build();
    }

    private ByteString bytes(byte[] pixels) {
        return switch (datatype) {
            case "UINT8" -> UnsafeByteOperations.unsafeWrap(pixels);
            case "FP64" -> {
                ByteBuffer doubles = littleEndian(pixels.length * Double.BYTES);
                for (byte pixel : pixels) {
                    doubles.putDouble(Byte.toUnsignedInt(pixel) / (double) WHITE);
                }
                yield UnsafeByteOperations.unsafeWrap(doubles.flip());
            }
            default -> {
                ByteBuffer floats = littleEndian(pixels.length * Float.BYTES);
                for (byte pixel : pixels) {
                    floats.putFloat(Byte.toUnsignedInt(pixel) / WHITE);
                }
                yield UnsafeByteOperations.unsafeWrap(floats.flip());
            }
        };
    }

    private static ByteBuffer littleEndian(int capacityBytes) {
        return ByteBuffer.allocate(capacityBytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
