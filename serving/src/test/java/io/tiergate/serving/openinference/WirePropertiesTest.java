package io.tiergate.serving.openinference;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.tiergate.proto.inference.InferTensorContents;
import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.proto.inference.ModelInferRequest.InferInputTensor;
import io.tiergate.proto.inference.ModelInferRequest.InferRequestedOutputTensor;
import io.tiergate.proto.inference.ModelInferResponse;
import io.tiergate.proto.inference.ModelInferResponse.InferOutputTensor;
import io.tiergate.runtime.DataType;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;
import io.tiergate.serving.inference.ModelControlMode;
import io.tiergate.serving.testing.ProtocolServer;
import io.tiergate.testing.TensorArbitraries;
import io.tiergate.testing.TestModels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Tensors through the protocol and back, over a real server whose model gives back what it gets. */
class WirePropertiesTest {
    private static Path folder;
    private static ProtocolServer server;
    private static GRPCInferenceServiceBlockingStub client;

    @BeforeContainer
    static void start() throws IOException {
        folder = Files.createTempDirectory("wire-properties");
        server = new ProtocolServer(
                TestModels.copyTo("kinds", "any-shape", folder.resolve("models")), ModelControlMode.NONE, 1, false);
        client = GRPCInferenceServiceGrpc.newBlockingStub(server.channel());
    }

    @AfterContainer
    static void stop() throws IOException {
        server.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Property
    void rawContentsComeBackByteByByte(@ForAll("tensors") Tensor tensor) {
        ModelInferRequest.Builder request = request(tensor);
        for (DataType type : DataType.values()) {
            request.addInputs(input(type, type == tensor.type() ? tensor.shape() : Shape.of(0)))
                    .addRawInputContents(type == tensor.type() ? bytes(tensor) : ByteString.EMPTY);
        }

        assertComesBack(tensor, client.modelInfer(request.build()));
    }

    /** The model has inputs of the types without a typed field too, so here the codec is asked alone. */
    @Property
    void typedContentsAreTheSameTensorAsRawOnes(@ForAll("tensors") Tensor tensor) {
        Assume.that(tensor.type() != DataType.FP16 && tensor.type() != DataType.BF16);
        ModelInferRequest request = ModelInferRequest.newBuilder()
                .addInputs(input(tensor.type(), tensor.shape()).setContents(typed(tensor)))
                .build();

        assertSame(TensorCodec.decode(request).getFirst(), tensor);
    }

    @Property
    void elementsOfAnyBytesKeepTheirBoundaries(@ForAll("byteStrings") List<byte[]> elements) {
        Shape shape = Shape.of(elements.size());
        Tensor framed = Tensor.ofStrings("x", shape, elements);
        InferInputTensor.Builder input = input(DataType.BYTES, shape);
        Tensor raw = TensorCodec.decode(ModelInferRequest.newBuilder()
                        .addInputs(input)
                        .addRawInputContents(bytes(framed))
                        .build())
                .getFirst();
        Tensor typed = TensorCodec.decode(ModelInferRequest.newBuilder()
                        .addInputs(input.clone().setContents(typed(framed)))
                        .build())
                .getFirst();

        assertThat(raw.strings()).containsExactlyElementsOf(elements);
        assertThat(typed.strings()).containsExactlyElementsOf(elements);
    }

    @Property
    void tensorsOfTiergatesOwnApiAreReadByteByByte(@ForAll("tensors") Tensor tensor) {
        io.tiergate.proto.v1.Tensor wire = io.tiergate.proto.v1.Tensor.newBuilder()
                .setName(tensor.name())
                .setDatatype(tensor.type().name())
                .addAllShape(sizes(tensor.shape()))
                .setData(bytes(tensor))
                .build();

        assertSame(TensorCodec.decode(wire), tensor);
    }

    @Provide
    Arbitrary<Tensor> tensors() {
        return TensorArbitraries.ofAnyTypeAndShape();
    }

    /** Longer than 255 bytes among them, so that more than one byte of the length before them is used. */
    @Provide
    Arbitrary<List<byte[]>> byteStrings() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(600).list().ofMaxSize(5);
    }

    /** Asks for the output of the tensor's type. */
    private static ModelInferRequest.Builder request(Tensor tensor) {
        return ModelInferRequest.newBuilder()
                .setModelName("any-shape")
                .addOutputs(InferRequestedOutputTensor.newBuilder().setName(name(tensor.type()) + "_out"));
    }

    private static InferInputTensor.Builder input(DataType type, Shape shape) {
        return InferInputTensor.newBuilder()
                .setName(name(type) + "_in")
                .setDatatype(type.name())
                .addAllShape(sizes(shape));
    }

    private static InferTensorContents typed(Tensor tensor) {
        InferTensorContents.Builder contents = InferTensorContents.newBuilder();
        if (tensor.type() == DataType.BYTES) {
            tensor.strings().forEach(element -> contents.addBytesContents(ByteString.copyFrom(element)));
            return contents.build();
        }
        ByteBuffer data = tensor.data();
        while (data.hasRemaining()) {
            switch (tensor.type()) {
                case BOOL -> contents.addBoolContents(data.get() != 0);
                case INT8 -> contents.addIntContents(data.get());
                case INT16 -> contents.addIntContents(data.getShort());
                case INT32 -> contents.addIntContents(data.getInt());
                case INT64 -> contents.addInt64Contents(data.getLong());
                case UINT8 -> contents.addUintContents(Byte.toUnsignedInt(data.get()));
                case UINT16 -> contents.addUintContents(Short.toUnsignedInt(data.getShort()));
                case UINT32 -> contents.addUintContents(data.getInt());
                case UINT64 -> contents.addUint64Contents(data.getLong());
                case FP32 -> contents.addFp32Contents(data.getFloat());
                case FP64 -> contents.addFp64Contents(data.getDouble());
                case FP16, BF16, BYTES -> throw new IllegalArgumentException(tensor + " has no field of numbers");
            }
        }
        return contents.build();
    }

    private static void assertComesBack(Tensor tensor, ModelInferResponse response) {
        assertThat(response.getRawOutputContentsList()).containsExactly(bytes(tensor));
        InferOutputTensor output = response.getOutputs(0);
        assertThat(output.getDatatype()).isEqualTo(tensor.type().name());
        assertThat(output.getShapeList()).isEqualTo(sizes(tensor.shape()));
    }

    private static void assertSame(Tensor decoded, Tensor tensor) {
        assertThat(decoded.type()).isEqualTo(tensor.type());
        assertThat(decoded.shape()).isEqualTo(tensor.shape());
        assertThat(bytes(decoded)).isEqualTo(bytes(tensor));
    }

    private static String name(DataType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }

    private static List<Long> sizes(Shape shape) {
        return Arrays.stream(shape.toArray()).boxed().toList();
    }

    private static ByteString bytes(Tensor tensor) {
        return ByteString.copyFrom(tensor.data());
    }
}
