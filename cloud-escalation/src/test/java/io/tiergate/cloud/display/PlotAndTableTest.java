package io.tiergate.cloud.display;

import static io.tiergate.cloud.display.Drawing.draw;
import static io.tiergate.cloud.display.Drawing.guess;
import static io.tiergate.cloud.display.Drawing.reason;
import static io.tiergate.cloud.display.Drawing.zeros;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.cloud.display.SampleView.Plot;
import io.tiergate.cloud.display.SampleView.Point;
import io.tiergate.cloud.display.SampleView.Row;
import io.tiergate.model.Display;
import io.tiergate.model.Display.Range;
import io.tiergate.model.Display.Series;
import io.tiergate.model.Display.SeriesLayout;
import io.tiergate.runtime.DataType;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PlotAndTableTest {
    @ParameterizedTest
    @EnumSource
    void eachChannelIsALine(SeriesLayout layout) {
        boolean inner = layout == SeriesLayout.NLC || layout == SeriesLayout.LC;
        boolean single = !layout.name().contains("C");
        Tensor tensor = single
                ? Tensor.ofFloats("x", Shape.of(1, 3), 1, 2, 3)
                : inner
                        ? Tensor.ofFloats("x", Shape.of(1, 3, 2), 1, 10, 2, 20, 3, 30)
                        : Tensor.ofFloats("x", Shape.of(1, 2, 3), 1, 2, 3, 10, 20, 30);

        Plot plot = (Plot) draw(tensor, new Series(Optional.of(layout), Optional.empty()));

        assertThat(plot.lines().getFirst().points()).containsExactly(new Point(0, 1), new Point(1, 2), new Point(2, 3));
        assertThat(plot.length()).isEqualTo(3);
        assertThat(plot.low()).isEqualTo(1);
        if (!single) {
            assertThat(plot.lines().getLast().points())
                    .containsExactly(new Point(0, 10), new Point(1, 20), new Point(2, 30));
            assertThat(plot.high()).isEqualTo(30);
        }
    }

    @Test
    void aLongSeriesKeepsItsHighsAndLows() {
        float[] values = new float[100_000];
        values[12_345] = 5;
        values[77_777] = -7;

        Plot plot = (Plot) guess(Tensor.ofFloats("x", Shape.of(1, values.length), values));
        List<Point> points = plot.lines().getFirst().points();

        assertThat(points).contains(new Point(12_345, 5), new Point(77_777, -7));
        assertThat(points).hasSizeLessThanOrEqualTo(PlotDrawer.MOST_POINTS);
        assertThat(points).isSortedAccordingTo(Comparator.comparingLong(Point::position));
        assertThat(plot.notes())
                .contains("Drawn with fewer points than the 100000 that there are; highs and lows are kept.");
    }

    @Test
    void onlySomeOfManyChannelsAreShown() {
        Plot plot = (Plot) guess(zeros(DataType.FP32, 1, 12, 300));

        assertThat(plot.lines()).hasSize(PlotDrawer.MOST_LINES);
        assertThat(plot.notes())
                .contains("The first 8 of 12 channels are shown.", "The layout, CL, is guessed from the shape.");
    }

    @Test
    void aSeriesThatNeverChangesHasRoomAboveAndBelow() {
        Plot plot = (Plot) guess(zeros(DataType.FP64, 1, 100));

        assertThat(plot.low()).isEqualTo(-1);
        assertThat(plot.high()).isEqualTo(1);
    }

    @Test
    void numbersTooFarApartAreNotDrawn() {
        ByteBuffer doubles = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        doubles.putDouble(-Double.MAX_VALUE).putDouble(Double.MAX_VALUE).flip();

        SampleView view = draw(
                Tensor.of("x", DataType.FP64, Shape.of(2), doubles), new Series(Optional.empty(), Optional.empty()));

        assertThat(reason(view)).startsWith("its numbers lie too far apart, from -1.79");
    }

    @Test
    void aPlotBecomesAnSvgOfNumbersOnly() {
        Tensor tensor = Tensor.ofFloats("<b>", Shape.of(1, 2, 3), 0, 0.5f, 2, 0, 0, 0);

        String svg =
                PlotSvg.of((Plot) draw(tensor, new Series(Optional.of(SeriesLayout.CL), Optional.of(new Range(0, 1)))));

        assertThat(svg)
                .startsWith("<svg class=\"plot\"")
                .endsWith("</svg>")
                .contains("points=\"70.0,250.0 350.0,135.0 630.0,20.0 \"")
                .contains("<title>Channel 2</title>")
                .doesNotContain("style=", "<b>");
    }

    @Test
    void aTableNamesWhatTheManifestNames() {
        Tensor tensor = Tensor.ofFloats("x", Shape.of(1, 2), 0.1f, 3e9f);

        assertThat(draw(tensor, new Display.Table(List.of("age", "<i>"))))
                .isEqualTo(new SampleView.Table(List.of(new Row("age", "0.1"), new Row("<i>", "3.0E9")), 2, List.of()));
        assertThat(reason(draw(tensor, new Display.Table(List.of("age")))))
                .isEqualTo("it has 2 values, and display.features names 1");
    }

    @Test
    void fewNumbersAndTextsAreGuessedToBeATable() {
        Tensor texts = Tensor.ofStrings(
                "x",
                Shape.of(1, 2),
                Stream.of("red", "é".repeat(300))
                        .map(text -> text.getBytes(StandardCharsets.UTF_8))
                        .toList());

        assertThat(guess(zeros(DataType.FP32, 1, 64))).isInstanceOf(SampleView.Table.class);
        assertThat(guess(zeros(DataType.FP32, 1, 65))).isInstanceOf(Plot.class);
        assertThat(((SampleView.Table) guess(texts)).rows())
                .containsExactly(new Row("1", "red"), new Row("2", "é".repeat(200) + "…"));
    }

    @Test
    void textsAreNoSeries() {
        Tensor text = Tensor.ofStrings("x", Shape.of(1), List.of(new byte[] {65}));

        SampleView view = draw(text, new Series(Optional.empty(), Optional.empty()));

        assertThat(reason(view)).isEqualTo("it holds texts, which are neither picture nor series");
        assertThat(((SampleView.Numbers) view).values()).containsExactly("A");
    }

    @Test
    void longWholeNumbersAreShownToTheLastDigit() {
        byte[] ones = new byte[8];
        Arrays.fill(ones, (byte) 0xff);

        assertThat(ElementText.first(Tensor.of("x", DataType.UINT64, Shape.of(1), ByteBuffer.wrap(ones)), 5))
                .containsExactly("18446744073709551615");
    }

    @Test
    void theInputThatTheManifestNamesIsShown() {
        Tensor ids = Tensor.ofFloats("ids", Shape.of(1, 1), 1);
        Tensor mask = Tensor.ofFloats("mask", Shape.of(1, 1), 2);

        SampleView view = SampleDrawer.draw(
                List.of(ids, mask), Optional.of(new Display(Optional.of("mask"), new Display.Table(List.of()))));

        assertThat(((SampleView.Table) view).rows()).containsExactly(new Row("1", "2.0"));
    }

    @Test
    void aSampleWithoutValuesSaysSo() {
        assertThat(reason(SampleDrawer.draw(List.of(), Optional.empty())))
                .isEqualTo("the sample came without its values: its edge sends scores only");
    }
}
