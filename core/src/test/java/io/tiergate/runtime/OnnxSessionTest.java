package io.tiergate.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiergate.testing.TestModels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnnxSessionTest {
    @TempDir
    private static Path folder;

    private static Path tiny;
    private static Path broken;

    @BeforeAll
    static void copyModels() throws IOException {
        tiny = TestModels.copyTo("tiny", folder.resolve("tiny"));
        broken = TestModels.copyTo("broken", folder.resolve("broken"));
    }

    @Test
    void theSignatureIsThatOfTheModel() {
        try (OnnxSession session = open("tiny-edge")) {
            assertThat(session.signature())
                    .isEqualTo(new Signature(
                            List.of(new TensorSpec("x", DataType.FP32, Shape.of(-1, 4))),
                            List.of(new TensorSpec("logits", DataType.FP32, Shape.of(-1, 3)))));
        }
    }

    @Test
    void aBatchIsComputedRowByRow() {
        try (OnnxSession session = open("tiny-edge")) {
            Tensor x = Tensor.ofFloats("x", Shape.of(2, 4), 1, 2, 3, 0.5f, -1, 0, 1, -0.5f);

            Tensor logits = session.run(List.of(x), List.of("logits")).get(0);

            assertThat(logits.shape()).isEqualTo(Shape.of(2, 3));
            assertThat(logits.rowOfDoubles(0, 3)).containsExactly(1.5, 2.5, 3.5);
            assertThat(logits.rowOfDoubles(1, 3)).containsExactly(-1.5, -0.5, 0.5);
        }
    }

    @Test
    void theTimesOfARunAreThoseOfItsPartsAndFitIntoTheWhole() {
        try (OnnxSession session = open("tiny-edge")) {
            Tensor x = Tensor.ofFloats("x", Shape.of(1, 4), 1, 2, 3, 0);

            long began = System.nanoTime();
            ModelRun<List<Tensor>> run = session.measuredRun(List.of(x), List.of("logits"));
            long whole = System.nanoTime() - began;

            assertThat(run.result().get(0).rowOfDoubles(0, 3)).containsExactly(1, 2, 3);
            RunTimes times = run.times();
            assertThat(List.of(times.inputNanos(), times.inferNanos(), times.outputNanos()))
                    .allSatisfy(part -> assertThat(part).isNotNegative());
            assertThat(times.inferNanos()).isPositive();
            assertThat(times.inputNanos() + times.inferNanos() + times.outputNanos())
                    .isLessThanOrEqualTo(whole);
        }
    }

    @Test
    void aModelWithoutBatchDimensionTakesOneSample() {
        try (OnnxSession session = open("tiny-unbatched")) {
            assertThat(session.signature().hasBatchDimension()).isFalse();
            Tensor logits = session.run(List.of(Tensor.ofFloats("x", Shape.of(3), 1, 2, 3)), List.of("logits"))
                    .get(0);

            assertThat(logits.shape()).isEqualTo(Shape.of(3));
            assertThat(logits.rowOfDoubles(0, 3)).containsExactly(1, 2, 3);
        }
    }

    @Test
    void everyElementTypeComesBackUnchanged() {
        try (OnnxSession session = open("every-type")) {
            List<Tensor> inputs = EveryType.inputs(session.signature());
            List<String> names =
                    session.signature().outputs().stream().map(TensorSpec::name).toList();

            List<Tensor> outputs = session.run(session.signature().arrange("every-type", inputs), names);

            assertThat(outputs).extracting(Tensor::name).containsExactlyElementsOf(names);
            for (Tensor input : inputs) {
                Tensor output = outputs.get(names.indexOf(input.name().replace("_in", "_out")));
                assertThat(output.type()).isEqualTo(input.type());
                assertThat(output.shape()).isEqualTo(input.shape());
                assertThat(TensorTest.bytesOf(output)).as(input.name()).isEqualTo(TensorTest.bytesOf(input));
            }
        }
    }

    @Test
    void unsignedOutputsKeepTheirWidthAndBytes() {
        try (OnnxSession session = open("every-type")) {
            List<Tensor> outputs = session.run(
                    EveryType.inputs(session.signature()), List.of("uint16_out", "uint32_out", "uint64_out"));

            assertThat(outputs)
                    .extracting(Tensor::type)
                    .containsExactly(DataType.UINT16, DataType.UINT32, DataType.UINT64);
            // The int64 input is 1, 2, 3, 4 in two rows of two.
            assertThat(outputs.get(0).data().getShort(2)).isEqualTo((short) 2);
            assertThat(outputs.get(1).data().getInt(8)).isEqualTo(3);
            assertThat(outputs.get(2).data().getLong(24)).isEqualTo(4);
        }
    }

    @Test
    void textOfEveryPlaneOfUnicodeSurvives() {
        List<byte[]> texts = List.of("", "plain", "Grüße", "日本語", "😀", "a\0b").stream()
                .map(text -> text.getBytes(UTF_8))
                .toList();
        try (OnnxSession session = open("every-type")) {
            List<Tensor> inputs = new ArrayList<>(EveryType.inputs(session.signature(), 3));
            inputs.replaceAll(input ->
                    input.type() == DataType.BYTES ? Tensor.ofStrings("bytes_in", Shape.of(3, 2), texts) : input);

            Tensor output = session.run(inputs, List.of("bytes_out")).get(0);

            assertThat(output.strings()).containsExactlyElementsOf(texts);
        }
    }

    @Test
    void outputsComeInTheOrderAsked() {
        try (OnnxSession session = open("every-type")) {
            assertThat(session.run(EveryType.inputs(session.signature()), List.of("fp64_out", "bool_out")))
                    .extracting(Tensor::name)
                    .containsExactly("fp64_out", "bool_out");
        }
    }

    @Test
    void tensorsMayLieInDirectOrHeapMemoryAndAtAnyOffset() {
        ByteBuffer direct = ByteBuffer.allocateDirect(20).order(ByteOrder.LITTLE_ENDIAN);
        direct.putInt(-1).putFloat(1).putFloat(2).putFloat(3).putFloat(0).flip().position(4);
        try (OnnxSession session = open("tiny-edge")) {
            Tensor offset = Tensor.of("x", DataType.FP32, Shape.of(1, 4), direct);
            Tensor row = Tensor.ofFloats("x", Shape.of(2, 4), 0, 0, 0, 0, 1, 2, 3, 0)
                    .rows()
                    .get(1);

            for (Tensor x : List.of(offset, row)) {
                assertThat(session.run(List.of(x), List.of("logits")).get(0).rowOfDoubles(0, 3))
                        .containsExactly(1, 2, 3);
            }
        }
    }

    @Test
    void outputsOutliveTheSession() {
        Tensor logits;
        try (OnnxSession session = open("tiny-edge")) {
            logits = session.run(List.of(Tensor.ofFloats("x", Shape.of(1, 4), 1, 2, 3, 0)), List.of("logits"))
                    .get(0);
        }
        assertThat(logits.rowOfDoubles(0, 3)).containsExactly(1, 2, 3);
    }

    @Test
    void severalThreadsAtOnceGetTheirOwnAnswers() throws Exception {
        try (OnnxSession session = open("tiny-edge");
                var threads = Executors.newFixedThreadPool(4)) {
            List<Callable<double[]>> calls = new ArrayList<>();
            for (int call = 0; call < 400; call++) {
                Tensor x = Tensor.ofFloats("x", Shape.of(1, 4), call, call + 1, call + 2, 0.5f);
                calls.add(
                        () -> session.run(List.of(x), List.of("logits")).get(0).rowOfDoubles(0, 3));
            }
            int call = 0;
            for (Future<double[]> answer : threads.invokeAll(calls)) {
                assertThat(answer.get()).containsExactly(call + 0.5, call + 1.5, call + 2.5);
                call++;
            }
        }
    }

    @Test
    void whatOnnxRuntimeRefusesIsToldInOneLineWithTheInputs() {
        try (OnnxSession session = open("tiny-edge")) {
            Tensor tooNarrow = Tensor.ofFloats("x", Shape.of(1, 3), 1, 2, 3);

            assertThatThrownBy(() -> session.run(List.of(tooNarrow), List.of("logits")))
                    .isInstanceOf(InferenceException.class)
                    .hasMessageStartingWith("ONNX Runtime failed on [x:FP32[1, 3]]: ")
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void aFileThatIsNoModelIsRefused() {
        assertUnusable(broken.resolve("not-onnx/1/model.onnx"), "model.onnx cannot be loaded by ONNX Runtime: ");
    }

    @Test
    void aTruncatedModelIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(tiny.resolve("tiny-edge/1/model.onnx"));
        Path half = Files.write(folder.resolve("half.onnx"), java.util.Arrays.copyOf(whole, whole.length / 2));

        assertUnusable(half, "half.onnx cannot be loaded by ONNX Runtime: ");
    }

    @Test
    void anEmptyFileIsRefused() throws IOException {
        assertUnusable(Files.createFile(folder.resolve("empty.onnx")), "empty.onnx");
    }

    @Test
    void aMissingFileIsRefused() {
        assertUnusable(folder.resolve("nowhere.onnx"), "nowhere.onnx cannot be loaded by ONNX Runtime: ");
    }

    @Test
    void aFolderIsRefused() {
        assertUnusable(tiny, "tiny cannot be loaded by ONNX Runtime: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "sequence-input   | model.onnx: input 'pieces' is a sequence or a map (expected: a tensor); take tensors and make it of them inside the graph",
                "integer-sequence | model.onnx: output 'pieces' is a sequence of tensors of type INT32 (expected: FLOAT, DOUBLE, INT64 or STRING, which is all that ONNX Runtime's Java API returns in sequences); cast them inside the graph",
                "optional-output  | model.onnx cannot be loaded by ONNX Runtime: it has an input or output of an optional type, which ONNX Runtime's Java API does not know; export the model with plain tensors"
            })
    void whatTheJavaApiCannotPassIsRefusedWhenTheModelIsLoaded(String model, String sentence) {
        assertUnusable(broken.resolve(model + "/1/model.onnx"), sentence);
    }

    private static void assertUnusable(Path file, String start) {
        assertThatThrownBy(() -> OnnxSession.open(file, SessionSettings.SINGLE_THREADED))
                .isInstanceOf(UnusableModelException.class)
                .hasMessageStartingWith(start)
                .hasMessageNotContaining("\n");
    }

    private static OnnxSession open(String model) {
        return OnnxSession.open(tiny.resolve(model + "/1/model.onnx"), SessionSettings.SINGLE_THREADED);
    }
}
