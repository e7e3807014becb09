package io.tiergate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiergate.model.Display.Image;
import io.tiergate.model.Display.ImageLayout;
import io.tiergate.model.Display.Range;
import io.tiergate.model.Display.Series;
import io.tiergate.model.Display.SeriesLayout;
import io.tiergate.model.Display.Table;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DisplayReaderTest {
    @TempDir
    private Path folder;

    @Test
    void everyKindIsRead() throws Exception {
        assertThat(read("{ kind: image, layout: HWC, range: [-1, 1.5] }"))
                .isEqualTo(new Image(Optional.of(ImageLayout.HWC), Optional.of(new Range(-1, 1.5))));
        assertThat(read("{ kind: series, layout: NLC, range: [0, 5] }"))
                .isEqualTo(new Series(Optional.of(SeriesLayout.NLC), Optional.of(new Range(0, 5))));
        assertThat(read("{ kind: table, features: [age, weight] }")).isEqualTo(new Table(List.of("age", "weight")));
    }

    @Test
    void whatIsLeftOutIsGuessedLater() throws Exception {
        assertThat(read("{ kind: image }")).isEqualTo(new Image(Optional.empty(), Optional.empty()));
        assertThat(read("{ kind: series }")).isEqualTo(new Series(Optional.empty(), Optional.empty()));
        assertThat(read("{ kind: table }")).isEqualTo(new Table(List.of()));
        assertThat(manifest("input: { name: x }").display()).isEmpty();
    }

    @Test
    void aPictureHasTheLayoutOfItsInputUnlessItSaysAnother() throws Exception {
        String input = "input: { name: x, layout: NHWC }\n";

        assertThat(form(manifest(input + "display: { kind: image }")))
                .isEqualTo(new Image(Optional.of(ImageLayout.NHWC), Optional.empty()));
        assertThat(form(manifest(input + "display: { kind: image, layout: CHW }")))
                .isEqualTo(new Image(Optional.of(ImageLayout.CHW), Optional.empty()));
        assertThat(form(manifest(input + "display: { kind: series }")))
                .isEqualTo(new Series(Optional.empty(), Optional.empty()));
    }

    @Test
    void oneOfSeveralInputsIsShown() throws Exception {
        String inputs = "input: [{ name: ids }, { name: photo, layout: NHWC }]\n";

        assertThat(manifest(inputs + "display: { kind: image, input: photo }").display())
                .contains(
                        new Display(Optional.of("photo"), new Image(Optional.of(ImageLayout.NHWC), Optional.empty())));
        assertThatThrownBy(() -> manifest(inputs + "display: { kind: image, input: picture }"))
                .hasMessage("model.yaml: display.input: picture (expected: one of [ids, photo], the model's inputs)");
    }

    @Test
    void anEnsembleHasOneToo() throws Exception {
        String ensemble = "input: { name: x }\nkind: ensemble\nmembers: [{ file: a.onnx }]\n";

        assertThat(form(manifest(ensemble + "display: { kind: image }")))
                .isEqualTo(new Image(Optional.empty(), Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ layout: NCHW } | display.kind is missing (expected: image, series or table)",
                "{ kind: video } | display.kind: video (expected: image, series or table)",
                "{ kind: image, layout: NCWH } | display.layout: NCWH (expected: NCHW, NHWC, NHW, CHW, HWC, HW)",
                "{ kind: series, layout: NCHW } | display.layout: NCHW (expected: NCL, NLC, NL, CL, LC, L)",
                "{ kind: image, range: [0] } | display.range: [0.0] (expected: [low, high])",
                "{ kind: image, range: [0, ~] } | display.range: [0.0, null] (expected: [low, high])",
                "{ kind: image, range: [1, 0] } | display.range: [1.0, 0.0] (expected: [low, high], two finite numbers, the lower one first)",
                "{ kind: image, range: [-1.7e308, 1.7e308] } | display.range: [-1.7E308, 1.7E308] (expected: [low, high], two finite numbers, the lower one first)",
                "{ kind: image, features: [a] } | display.features: [a] (expected: none with kind image, it belongs to a table)",
                "{ kind: table, layout: HW } | display.layout: HW (expected: none with kind table, it belongs to an image or a series)",
                "{ kind: table, range: [0, 1] } | display.range: [0.0, 1.0] (expected: none with kind table, it belongs to an image or a series)",
                "{ kind: table, features: [a, a] } | display.features: [a, a] (expected: all different)",
                "{ kind: table, features: [a, ' '] } | display.features: ' ' (expected: a name for each number, without control characters)",
                "{ kind: image, lay: HW } | unknown key 'lay' in display; did you mean 'layout'? (known there: features, input, kind, layout, range)"
            })
    void aBrokenSectionIsRefusedInOneSentence(String section, String sentence) {
        assertThatThrownBy(() -> read(section))
                .isInstanceOf(RefusedPackageException.class)
                .hasMessage("model.yaml: " + sentence);
    }

    @Test
    void aRangeIsOfNumbersThatCanBeDividedBy() {
        assertThatThrownBy(() -> new Range(Double.NaN, 1)).hasMessageStartingWith("[NaN, 1.0] (expected: [low, high]");
        assertThatThrownBy(() -> new Range(0, Double.POSITIVE_INFINITY)).hasMessageStartingWith("[0.0, Infinity]");
        assertThatThrownBy(() -> new Range(2, 2)).hasMessageStartingWith("[2.0, 2.0]");
    }

    private Display.Form read(String section) throws Exception {
        return form(manifest("input: { name: x }\ndisplay: " + section));
    }

    private static Display.Form form(Manifest manifest) {
        return manifest.display().orElseThrow().form();
    }

    private Manifest manifest(String lines) throws Exception {
        Path file = Files.writeString(
                folder.resolve("model.yaml"), "name: m\noutput: { name: y }\nlabels: [a, b]\n" + lines + "\n");
        return ManifestReader.read(file, "m");
    }
}
