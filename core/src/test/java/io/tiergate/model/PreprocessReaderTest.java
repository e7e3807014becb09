package io.tiergate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiergate.image.ColorMode;
import io.tiergate.image.ImageSize;
import io.tiergate.image.Layout;
import io.tiergate.image.Preprocessing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreprocessReaderTest {
    @TempDir
    private Path folder;

    @Test
    void everyKeyIsRead() throws Exception {
        assertThat(read("{ image: rgb, resize: [32, 48], scale: 0.5, mean: [1, 2, 3], std: [4, 5, 6] }", "NHWC"))
                .contains(new Preprocessing(
                        ColorMode.RGB,
                        Layout.NHWC,
                        Optional.of(new ImageSize(32, 48)),
                        Optional.of(new Preprocessing.Numbers(0.5, List.of(1.0, 2.0, 3.0), List.of(4.0, 5.0, 6.0)))));
    }

    @Test
    void whatIsLeftOutHasItsDefault() throws Exception {
        assertThat(read("{ image: grey }", "NCHW"))
                .contains(new Preprocessing(ColorMode.GREY, Layout.NCHW, Optional.empty(), Optional.empty()));
        assertThat(read("{ image: grey, mean: [0.5] }", "NCHW").orElseThrow().numbers())
                .contains(new Preprocessing.Numbers(1 / 255.0, List.of(0.5), List.of(1.0)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{ resize: [2, 2] } | preprocess.image is missing (expected: grey, rgb)",
                "{ image: gray } | preprocess.image: gray (expected: grey, rgb)",
                "{ image: grey, resize: [28] } | preprocess.resize: [28] (expected: [height, width])",
                "{ image: grey, resize: [28, ~] } | preprocess.resize: [28, null] (expected: [height, width])",
                "{ image: grey, resize: [0, 28] } | preprocess.resize: [0, 28] (expected: height and width, each from 1 to 8192)",
                "{ image: grey, resize: [28, 100000] } | preprocess.resize: [28, 100000] (expected: height and width, each from 1 to 8192)",
                "{ image: grey, scale: 0 } | preprocess.scale: 0.0 (expected: a number other than 0; 0.00392156862745098 brings bytes into 0 to 1)",
                "{ image: rgb, mean: [0.5] } | preprocess.mean: 1 numbers (expected: 3, one a channel of image: rgb)",
                "{ image: rgb, mean: [0.5, ~, 1] } | preprocess.mean: [0.5, null, 1.0] (expected: numbers, one a channel)",
                "{ image: grey, std: [0] } | preprocess.std: 0.0 (expected: a number above 0; pixels are divided by it, 1.0 changes nothing)",
                "{ image: grey, size: 3 } | unknown key 'size' in preprocess; did you mean 'resize'? (known there: image, mean, resize, scale, std)"
            })
    void aBrokenSectionIsRefusedInOneSentence(String section, String sentence) {
        assertThatThrownBy(() -> read(section, "NCHW"))
                .isInstanceOf(RefusedPackageException.class)
                .hasMessage("model.yaml: " + sentence);
    }

    @Test
    void aLayoutThatIsNoneIsRefusedWhereImagesArePreprocessed() throws Exception {
        assertThat(manifest("display: { kind: image }", "HWC")).isNotNull();
        assertThatThrownBy(() -> read("{ image: grey }", "HWC"))
                .hasMessage("model.yaml: input.layout: HWC (expected: NCHW or NHWC, to preprocess images)");
    }

    @Test
    void aModelOfSeveralInputsTakesNoPicture() throws Exception {
        Path file = Files.writeString(folder.resolve("model.yaml"), """
                name: m
                input: [{ name: x }, { name: y }]
                output: { name: z }
                labels: [a, b]
                preprocess: { image: grey }
                """);

        assertThatThrownBy(() -> ManifestReader.read(file, "m"))
                .hasMessage(
                        "model.yaml: preprocess: the model has 2 inputs (expected: one, the picture); leave preprocess out and send tensors");
    }

    @Test
    void anEnsembleHasNone() {
        assertThatThrownBy(() ->
                        manifest("kind: ensemble\nmembers: [{ file: a.onnx }]\npreprocess: { image: grey }", "NCHW"))
                .hasMessage(
                        "model.yaml: preprocess belongs to an edge model, not to an ensemble, which is sent tensors");
    }

    private Optional<Preprocessing> read(String section, String layout) throws Exception {
        return ((EdgeManifest) manifest("preprocess: " + section, layout)).preprocessing();
    }

    private Manifest manifest(String lines, String layout) throws Exception {
        Path file = Files.writeString(folder.resolve("model.yaml"), """
                name: m
                input: { name: x, layout: %s }
                output: { name: y }
                labels: [a, b]
                %s
                """.formatted(layout, lines));
        return ManifestReader.read(file, "m");
    }
}
