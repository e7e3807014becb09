package io.tiergate.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiergate.testing.TestModels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One model of every kind that ONNX Runtime runs; {@code make_models.py} says what each of them answers. */
class KindsOfModelsTest {
    @TempDir
    private static Path kinds;

    @BeforeAll
    static void copyModels() throws IOException {
        TestModels.copyTo("kinds", kinds);
    }

    @Test
    void unsignedIntegersKeepTheirBitsUpToTheLargest() {
        try (OnnxSession session = open("any-shape")) {
            List<Tensor> given = List.of(
                    tensor("uint16_in", DataType.UINT16, 0, 1, 0x7fff, 0x8000, 0xffff),
                    tensor("uint32_in", DataType.UINT32, 0, 1, 0x7fffffff, 0x80000000L, 0xffffffffL),
                    tensor("uint64_in", DataType.UINT64, 0, 1, Long.MAX_VALUE, Long.MIN_VALUE, -1));

            List<Tensor> outputs =
                    session.run(withEmptyOthers(session, given), List.of("uint16_out", "uint32_out", "uint64_out"));

            for (int i = 0; i < given.size(); i++) {
                assertThat(outputs.get(i).type()).isEqualTo(given.get(i).type());
                assertThat(outputs.get(i).shape()).isEqualTo(Shape.of(5));
                assertThat(outputs.get(i).data()).isEqualTo(given.get(i).data());
            }
        }
    }

    @Test
    void aSequenceOfMapsBecomesAMatrixAndItsKeys() {
        try (OnnxSession session = open("tree")) {
            assertThat(session.signature().outputs())
                    .containsExactly(
                            new TensorSpec("label", DataType.BYTES, Shape.of(-1)),
                            new TensorSpec("probabilities", DataType.FP32, Shape.of(-1, -1)),
                            new TensorSpec("probabilities.keys", DataType.BYTES, Shape.of(-1), true));
            assertThat(session.signature().hasBatchDimension()).isTrue();

            List<Tensor> outputs = session.run(
                    List.of(Tensor.ofFloats("x", Shape.of(2, 1), 0, 1)),
                    List.of("probabilities.keys", "label", "probabilities"));

            assertThat(outputs)
                    .extracting(Tensor::toString)
                    .containsExactly("probabilities.keys:BYTES[3]", "label:BYTES[2]", "probabilities:FP32[2, 3]");
            assertThat(texts(outputs.get(0))).containsExactly("crack", "dent", "ok");
            assertThat(texts(outputs.get(1))).containsExactly("ok", "dent");
            assertThat(outputs.get(2).rowOfDoubles(0, 6)).containsExactly(0, 0.125, 0.875, 0.25, 0.5, 0.25);
        }
    }

    @Test
    void mapsAndTheirKeysCanBeAskedForAlone() {
        try (OnnxSession session = open("tree")) {
            List<Tensor> x = List.of(Tensor.ofFloats("x", Shape.of(1, 1), 0));

            assertThat(session.run(x, List.of("probabilities")))
                    .extracting(Tensor::toString)
                    .containsExactly("probabilities:FP32[1, 3]");
            assertThat(session.run(x, List.of("probabilities.keys")))
                    .extracting(Tensor::toString)
                    .containsExactly("probabilities.keys:BYTES[3]");
        }
    }

    @Test
    void keysMayBeAnyText() {
        try (OnnxSession session = open("text-keys")) {
            List<Tensor> outputs = session.run(
                    List.of(Tensor.ofFloats("x", Shape.of(1, 4), 1, 2, 3, 4)), List.of("by_text", "by_text.keys"));

            assertThat(texts(outputs.get(1))).containsExactly("a", "z", "é", "日");
            assertThat(outputs.get(0).rowOfDoubles(0, 4)).containsExactly(4, 1, 2, 3);
        }
    }

    @Test
    void keysMayBeIntegers() {
        try (OnnxSession session = open("int-keys")) {
            List<Tensor> outputs = session.run(
                    List.of(Tensor.ofFloats("x", Shape.of(1, 3), 1, 2, 3)), List.of("by_number", "by_number.keys"));

            assertThat(outputs.get(1).type()).isEqualTo(DataType.INT64);
            assertThat(outputs.get(1).data().asLongBuffer()).isEqualTo(LongBuffer.wrap(new long[] {-1, 2, 3}));
            assertThat(outputs.get(0).rowOfDoubles(0, 3)).containsExactly(2, 3, 1);
        }
    }

    @Test
    void aSequenceOfTensorsIsStacked() {
        try (OnnxSession session = open("pieces")) {
            assertThat(session.signature().outputs())
                    .containsExactly(
                            new TensorSpec("pieces", DataType.FP32, Shape.of()),
                            new TensorSpec("texts", DataType.BYTES, Shape.of()));
            // The number of tensors in a sequence need not be that of the samples.
            assertThat(session.signature().hasBatchDimension()).isFalse();

            List<Tensor> outputs = session.run(
                    List.of(
                            Tensor.ofFloats("x", Shape.of(2, 3), 1, 2, 3, 4, 5, 6),
                            Tensor.ofStrings("text", Shape.of(1), List.of("ü".getBytes(UTF_8)))),
                    List.of("pieces", "texts"));

            assertThat(outputs).extracting(Tensor::toString).containsExactly("pieces:FP32[2, 3]", "texts:BYTES[2, 1]");
            assertThat(outputs.get(0).rowOfDoubles(0, 6)).containsExactly(1, 2, 3, 4, 5, 6);
            assertThat(texts(outputs.get(1))).containsExactly("ü", "ü");
        }
    }

    @Test
    void tensorsOfDifferentShapesCannotBeStacked() {
        try (OnnxSession session = open("ragged")) {
            Tensor two = Tensor.ofFloats("a", Shape.of(2), 1, 2);
            Tensor three = Tensor.ofFloats("b", Shape.of(3), 1, 2, 3);

            assertThatThrownBy(() -> session.run(List.of(two, three), List.of("pieces")))
                    .isInstanceOf(InferenceException.class)
                    .hasMessage(
                            "output 'pieces' is a sequence of tensors of different shapes, [2] and [3] (expected: one shape); pad them inside the graph");
        }
    }

    @Test
    void textGoesInAndComesOut() {
        try (OnnxSession session = open("text")) {
            Tensor text = Tensor.ofStrings(
                    "text",
                    Shape.of(3),
                    Stream.of("no", "yes", "perhaps")
                            .map(word -> word.getBytes(UTF_8))
                            .toList());

            assertThat(texts(session.run(List.of(text), List.of("label")).getFirst()))
                    .containsExactly("bad", "good", "unknown");
        }
    }

    @Test
    void severalInputsAndOutputsAreToldApartByName() {
        try (OnnxSession session = open("two-inputs")) {
            List<Tensor> inputs = session.signature()
                    .arrange(
                            "two-inputs",
                            List.of(
                                    Tensor.ofFloats("b", Shape.of(1, 3), 10, 20, 30),
                                    Tensor.ofFloats("a", Shape.of(1, 3), 1, 2, 3)));

            List<Tensor> outputs = session.run(inputs, List.of("features", "logits"));

            assertThat(outputs.get(0).rowOfDoubles(0, 6)).containsExactly(1, 2, 3, 10, 20, 30);
            assertThat(outputs.get(1).rowOfDoubles(0, 3)).containsExactly(11, 22, 33);
        }
    }

    @Test
    void aBatchOfFixedSizeIsOneSample() {
        try (OnnxSession session = open("fixed-batch")) {
            assertThat(session.signature().hasBatchDimension()).isFalse();

            Tensor x = Tensor.ofFloats("x", Shape.of(4, 3), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);

            assertThat(session.run(session.signature().arrange("fixed-batch", List.of(x)), List.of("y"))
                            .getFirst()
                            .rowOfDoubles(0, 12))
                    .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
            assertThatThrownBy(() -> session.signature()
                            .arrange("fixed-batch", List.of(Tensor.ofFloats("x", Shape.of(1, 3), 1, 2, 3))))
                    .hasMessage("x: shape [1, 3] (expected: [4, 3], from model 'fixed-batch')");
        }
    }

    @Test
    void aScalarMayAlsoComeAsAnArrayAsInOnnxRuntimeItself() {
        try (OnnxSession session = open("scalar")) {
            for (Shape shape : List.of(Shape.of(), Shape.of(1))) {
                List<Tensor> x = session.signature().arrange("scalar", List.of(Tensor.ofFloats("x", shape, 1.5f)));

                Tensor y = session.run(x, List.of("y")).getFirst();

                assertThat(y.shape()).isEqualTo(shape);
                assertThat(y.doubleAt(0)).isEqualTo(3);
            }
        }
    }

    @Test
    void aModelWithoutInputsAnswersACallWithoutTensors() {
        try (OnnxSession session = open("constant")) {
            assertThat(session.signature().inputs()).isEmpty();
            assertThat(session.signature().hasBatchDimension()).isFalse();

            assertThat(session.run(session.signature().arrange("constant", List.of()), List.of("y"))
                            .getFirst()
                            .rowOfDoubles(0, 2))
                    .containsExactly(1, 2);
        }
    }

    private static Tensor tensor(String name, DataType type, long... values) {
        ByteBuffer data =
                ByteBuffer.allocate(values.length * type.elementBytes()).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(values).forEach(value -> {
            for (int i = 0; i < type.elementBytes(); i++) {
                data.put((byte) (value >>> (Byte.SIZE * i)));
            }
        });
        return Tensor.of(name, type, Shape.of(values.length), data.flip());
    }

    private static List<Tensor> withEmptyOthers(OnnxSession session, List<Tensor> given) {
        List<Tensor> inputs = new ArrayList<>(given);
        for (TensorSpec input : session.signature().inputs()) {
            if (given.stream().noneMatch(tensor -> tensor.name().equals(input.name()))) {
                inputs.add(Tensor.of(input.name(), input.type(), Shape.of(0), ByteBuffer.allocate(0)));
            }
        }
        return inputs;
    }

    private static List<String> texts(Tensor tensor) {
        return tensor.strings().stream().map(bytes -> new String(bytes, UTF_8)).toList();
    }

    private static OnnxSession open(String model) {
        return OnnxSession.open(kinds.resolve(model + "/1/model.onnx"), SessionSettings.SINGLE_THREADED);
    }
}
