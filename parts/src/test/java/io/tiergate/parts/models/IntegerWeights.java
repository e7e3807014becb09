package io.tiergate.parts.models;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;

/** The INT8 constants in an ONNX file: weights, and their zero points. Field numbers as in the public {@code onnx.proto}. */
final class IntegerWeights {
    private static final int MODEL_GRAPH = 7;
    private static final int GRAPH_INITIALIZER = 5;
    private static final int TENSOR_DATA_TYPE = 2;
    private static final int TENSOR_RAW_DATA = 9;
    private static final long INT8 = 3;

    private IntegerWeights() {}

    static IntStream of(Path onnx) throws IOException {
        UnknownFieldSet model = UnknownFieldSet.parseFrom(Files.readAllBytes(onnx));
        IntStream.Builder weights = IntStream.builder();
        for (ByteString graph : model.getField(MODEL_GRAPH).getLengthDelimitedList()) {
            for (ByteString initializer :
                    UnknownFieldSet.parseFrom(graph).getField(GRAPH_INITIALIZER).getLengthDelimitedList()) {
                UnknownFieldSet tensor = UnknownFieldSet.parseFrom(initializer);
                if (tensor.getField(TENSOR_DATA_TYPE).getVarintList().contains(INT8)) {
                    tensor.getField(TENSOR_RAW_DATA)
                            .getLengthDelimitedList()
                            .forEach(bytes -> bytes.forEach(weights::add));
                }
            }
        }
        return weights.build();
    }
}
