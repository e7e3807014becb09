package io.tiergate.cli.gate.plot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.knowm.xchart.XYChart;

class ReliabilityPlotTest {
    private static final ReliabilityPlot PLOT = new ReliabilityPlot(List.of(
            new ReliabilityPlot.Series(
                    "as trained", List.of(new ReliabilityPlot.Bin(0.5, 0.4), new ReliabilityPlot.Bin(0.9, 0.7))),
            new ReliabilityPlot.Series("calibrated", List.of(new ReliabilityPlot.Bin(0.6, 0.6)))));

    @Test
    void drawsAccuracyOverConfidenceBesideTheDiagonal() {
        XYChart chart = PLOT.chart();
        assertThat(chart.getSeriesMap()).containsOnlyKeys("as trained", "calibrated", "perfectly calibrated");
        assertThat(chart.getSeriesMap().get("as trained").getXData()).containsExactly(0.5, 0.9);
        assertThat(chart.getSeriesMap().get("as trained").getYData()).containsExactly(0.4, 0.7);
        assertThat(chart.getSeriesMap().get("perfectly calibrated").getXData()).containsExactly(0, 1);
        assertThat(chart.getSeriesMap().get("perfectly calibrated").getYData()).containsExactly(0, 1);
    }

    @Test
    void writesAPicture(@TempDir Path folder) throws Exception {
        Drawn.requireFonts();
        Path file = folder.resolve("reliability.svg");
        PLOT.write(file);
        Drawn picture = Drawn.read(file);
        assertThat(picture.viewBox()).isEqualTo("0 0 860 640");
        assertThat(picture.shapes()).isGreaterThan(20);
    }
}
