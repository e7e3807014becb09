package io.tiergate.cli.gate.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiergate.cli.CommandFailure;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.knowm.xchart.XYChart;

class ReplayPlotTest {
    private static final ReplayPlot PLOT = new ReplayPlot(
            List.of(
                    new ReplayPlot.Window(100, 0.7, 0.2, 0.02, 0.01, 0.04),
                    new ReplayPlot.Window(200, 0.8, 0.3, Double.NaN, Double.NaN, Double.NaN),
                    new ReplayPlot.Window(300, 0.9, 0.4, 0.06, 0.03, 0.1)),
            OptionalDouble.of(0.03),
            OptionalLong.of(150),
            List.of(210L, 290L));

    @Test
    void drawsTheGateAndItsRiskOverTheRequests() {
        XYChart gate = PLOT.gateChart();
        assertThat(gate.getSeriesMap()).containsOnlyKeys("ends", "threshold", "escalation rate", "drift", "alarm");
        assertThat(gate.getSeriesMap().get("threshold").getXData()).containsExactly(100, 200, 300);
        assertThat(gate.getSeriesMap().get("threshold").getYData()).containsExactly(0.7, 0.8, 0.9);
        assertThat(gate.getSeriesMap().get("escalation rate").getYData()).containsExactly(0.2, 0.3, 0.4);
        XYChart risk = PLOT.riskChart();
        assertThat(risk.getSeriesMap())
                .containsOnlyKeys(
                        "ends",
                        "reported interval",
                        "reported interval 2",
                        "true risk",
                        "target: 3 %",
                        "drift",
                        "alarm");
        assertThat(risk.getSeriesMap().get("true risk").getYData()).containsExactly(0.02, Double.NaN, 0.06);
        assertThat(risk.getStyler().getYAxisMax()).isGreaterThan(0.1);
    }

    @Test
    void drawsTheIntervalAsAnAreaThereAndBack() {
        ReplayPlot whole = new ReplayPlot(
                List.of(
                        new ReplayPlot.Window(100, 0.7, 0.2, 0.02, 0.01, 0.04),
                        new ReplayPlot.Window(200, 0.7, 0.2, 0.02, 0.015, 0.03)),
                OptionalDouble.empty(),
                OptionalLong.empty(),
                List.of());
        XYChart risk = whole.riskChart();
        assertThat(risk.getSeriesMap()).containsOnlyKeys("ends", "reported interval", "true risk");
        assertThat(risk.getSeriesMap().get("reported interval").getXData()).containsExactly(100, 200, 200, 100);
        assertThat(risk.getSeriesMap().get("reported interval").getYData()).containsExactly(0.04, 0.03, 0.015, 0.01);
    }

    @Test
    void anIntervalThatSaysNothingDoesNotHideTheRisk() {
        ReplayPlot wide = new ReplayPlot(
                List.of(new ReplayPlot.Window(100, 0.7, 0.2, 0.02, 0, 1)),
                OptionalDouble.of(0.03),
                OptionalLong.empty(),
                List.of());
        XYChart risk = wide.riskChart();
        double top = risk.getStyler().getYAxisMax();
        assertThat(top).isLessThan(0.1);
        assertThat(risk.getSeriesMap().get("reported interval").getYData()).containsExactly(top, 0);
    }

    @Test
    void leavesAGapInTheIntervalWhereNoneWasReported() {
        XYChart risk = PLOT.riskChart();
        assertThat(risk.getSeriesMap().get("reported interval").getXData()).containsExactly(100, 100);
        assertThat(risk.getSeriesMap().get("reported interval 2").getXData()).containsExactly(300, 300);
        assertThat(risk.getSeriesMap().get("reported interval 2").isShowInLegend())
                .isFalse();
    }

    @Test
    void marksTheDriftAndEachAlarmWithAnUprightLine() {
        XYChart gate = PLOT.gateChart();
        assertThat(gate.getSeriesMap().get("drift").getXData()).startsWith(150, 150);
        assertThat(gate.getSeriesMap().get("alarm").getXData()).containsExactly(210, 210, 210, 290, 290, 290);
        assertThat(gate.getSeriesMap().get("alarm").getYData()).containsExactly(0, 1, Double.NaN, 0, 1, Double.NaN);
    }

    @Test
    void writesBothChartsIntoOnePicture(@TempDir Path folder) throws Exception {
        Drawn.requireFonts();
        Path file = folder.resolve("replay.svg");
        PLOT.write(file);
        Drawn picture = Drawn.read(file);
        assertThat(picture.viewBox()).isEqualTo("0 0 1000 800");
        assertThat(picture.shapes()).isGreaterThan(40);
        assertThat(picture.groupsMovedBy("translate(0 400)")).isPositive();
    }

    @Test
    void drawsAReplayOfOneWindowInWhichNothingWasAccepted(@TempDir Path folder) throws Exception {
        Drawn.requireFonts();
        Path file = folder.resolve("replay.svg");
        ReplayPlot.Window window = new ReplayPlot.Window(100, 1, 1, Double.NaN, Double.NaN, Double.NaN);
        new ReplayPlot(List.of(window), OptionalDouble.empty(), OptionalLong.empty(), List.of()).write(file);
        assertThat(Drawn.read(file).shapes()).isGreaterThan(20);
    }

    @Test
    void saysWhatCannotBeWritten(@TempDir Path folder) {
        Drawn.requireFonts();
        assertThatThrownBy(() -> PLOT.write(folder.resolve("missing/replay.svg")))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("missing/replay.svg cannot be written");
    }
}
