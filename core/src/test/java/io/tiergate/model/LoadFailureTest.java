package io.tiergate.model;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiergate.runtime.SessionSettings;
import io.tiergate.runtime.UnusableModelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With ONNX Runtime's own messages, so that an upgrade that words them differently is noticed. */
class LoadFailureTest {
    private static final Path FILES = Path.of("src/test/resources/onnx");

    @TempDir
    private Path repository;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "no-model | it is no ONNX file; export the model to ONNX first",
                "zipped | it is a zip archive, as PyTorch and Keras save models, and no ONNX file; export the model to ONNX",
                "truncated | it begins as an ONNX file, but is damaged or breaks off; copy or export it again",
                "new-opset | it needs opset 99 of ai.onnx, and this ONNX Runtime knows it up to 26 only; export the model again with a lower opset_version",
                "new-ir | its file format (IR version 99) is newer than this ONNX Runtime's (13); export it again with an older onnx package, or lower the file's ir_version",
                "custom-operator | it uses the custom operator com.example:Polish, which ONNX Runtime does not have; export the model with standard ONNX operators only",
                "unknown-operator | it uses operator Polish, which is not in opset 13; export the model again with another opset_version, or with standard ONNX operators only",
                "missing-data | some of its weights lie in a file of their own, 'nowhere.onnx.bytes', which is not beside it; copy that file into the same folder"
            })
    void whatDoesNotLoadIsExplainedInOneSentence(String file, String reason) throws IOException {
        refuses(
                Files.readAllBytes(FILES.resolve(file + ".onnx")),
                "model.onnx cannot be loaded by ONNX Runtime: " + reason);
    }

    @Test
    void otherFormatsAreCalledByTheirName() throws IOException {
        refuses(
                "\u0089HDF\r\n".getBytes(StandardCharsets.ISO_8859_1),
                "model.onnx cannot be loaded by ONNX Runtime: it is an HDF5 file, as Keras saves models, and no ONNX file; export the model to ONNX");
        refuses(
                "....TFL3....".getBytes(StandardCharsets.US_ASCII),
                "model.onnx cannot be loaded by ONNX Runtime: it is a TensorFlow Lite model and no ONNX file; export the model to ONNX");
        refuses(
                "version https://git-lfs.github.com/spec/v1\n".getBytes(StandardCharsets.US_ASCII),
                "model.onnx cannot be loaded by ONNX Runtime: it is a pointer of Git LFS and not the model itself; fetch it with 'git lfs pull'");
    }

    @Test
    void aModelOfSeveralInputsIsRefusedWhereItsManifestNamesOne() throws IOException {
        Files.writeString(
                packageOf(Files.readAllBytes(FILES.resolve("two-inputs.onnx"))).resolve("model.yaml"), """
                name: m
                input: { name: b }
                output: { name: logits }
                labels: [one, two, three, four]
                """);

        refuses(
                "model.onnx has 2 inputs [a, b], but model.yaml names only 'b' (expected: every input); write input: [{ name: a }, { name: b }]");
    }

    @Test
    void imagesThatDoNotFitTheModelRefuseThePackage() throws IOException {
        Files.writeString(
                packageOf(Files.readAllBytes(FILES.resolve("rgb-nhwc.onnx"))).resolve("model.yaml"), """
                name: m
                input: { name: images, layout: NHWC }
                output: { name: logits }
                labels: [r, g, b]
                preprocess: { image: rgb, resize: [4, 4] }
                """);

        refuses(
                "model.yaml: preprocess: input 'images' has shape [-1, 2, 2, 3], which takes no rgb picture of 4 by 4 in layout NHWC"
                        + " (expected one of: [[1, 4, 4, 3], [1, 48]]); change image, resize or input.layout");
    }

    private void refuses(byte[] content, String sentence) throws IOException {
        packageOf(content);
        refuses(sentence);
    }

    private void refuses(String sentence) throws IOException {
        ModelPackage made = ModelRepository.list(repository).packages().get(0);
        assertThatThrownBy(() -> EdgeModel.open(made, SessionSettings.SINGLE_THREADED))
                .isInstanceOf(UnusableModelException.class)
                .hasMessage(sentence);
    }

    private Path packageOf(byte[] content) throws IOException {
        Path folder = Files.createDirectories(repository.resolve("m/1"));
        Files.write(folder.resolve("model.onnx"), content);
        return folder;
    }
}
