package io.tiergate.cli.gate.plot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.knowm.xchart.XYChart;

class RiskCoveragePlotTest {
    private static final RiskCoveragePlot.Curve MARGIN = new RiskCoveragePlot.Curve("margin", points(4));

    @Test
    void drawsEveryCurveUnderItsName() {
        RiskCoveragePlot.Curve energy = new RiskCoveragePlot.Curve("energy", points(2));
        XYChart chart = new RiskCoveragePlot(List.of(MARGIN, energy), OptionalDouble.empty(), Optional.empty()).chart();
        assertThat(chart.getSeriesMap()).containsOnlyKeys("margin", "energy");
        assertThat(chart.getSeriesMap().get("margin").getXData()).containsExactly(0.25, 0.5, 0.75, 1);
        assertThat(chart.getSeriesMap().get("margin").getYData()).containsExactly(0.125, 0.25, 0.375, 0.5);
    }

    @Test
    void drawsTheTargetAcrossAndMarksWhereTheGateWorks() {
        XYChart chart = new RiskCoveragePlot(
                        List.of(MARGIN),
                        OptionalDouble.of(0.03),
                        Optional.of(new RiskCoveragePlot.Point(0.7317, 0.0228)))
                .chart();
        assertThat(chart.getSeriesMap()).containsOnlyKeys("margin", "target: 3 %", "operates at 73.17 %, risk 2.28 %");
        assertThat(chart.getSeriesMap().get("target: 3 %").getYData()).containsExactly(0.03, 0.03);
    }

    @Test
    void drawsACurveOfVeryManyPointsFromItsFirstToItsLast() {
        RiskCoveragePlot.Curve curve = new RiskCoveragePlot.Curve("margin", points(10_001));
        XYChart chart = new RiskCoveragePlot(List.of(curve), OptionalDouble.empty(), Optional.empty()).chart();
        double[] drawn = chart.getSeriesMap().get("margin").getXData();
        assertThat(drawn).hasSizeBetween(250, 301).startsWith(1.0 / 10_001).endsWith(1.0);
    }

    @Test
    void writesAPicture(@TempDir Path folder) throws Exception {
        Drawn.requireFonts();
        Path file = folder.resolve("risk-coverage.svg");
        new RiskCoveragePlot(
                        List.of(MARGIN),
                        OptionalDouble.of(0.03),
                        Optional.of(new RiskCoveragePlot.Point(0.7317, 0.0228)))
                .write(file);
        Drawn picture = Drawn.read(file);
        assertThat(picture.viewBox()).isEqualTo("0 0 1000 600");
        assertThat(picture.shapes()).isGreaterThan(20);
    }

    /** On a line from the origin to a risk of one half. */
    private static List<RiskCoveragePlot.Point> points(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> new RiskCoveragePlot.Point((double) i / count, 0.5 * i / count))
                .toList();
    }
}
