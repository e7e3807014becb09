package io.tiergate.cli.gate.plot;

import io.tiergate.cli.CommandFailure;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A reliability diagram (Guo et al. 2017, "On Calibration of Modern Neural Networks", section 2): accuracy against confidence by bins of
 * confidence. On the diagonal, confidence says how often the answer is right.
 *
 * @param series one or more, of different names, for instance before and after calibration
 */
public record ReliabilityPlot(List<Series> series) {
    private static final int WIDTH = 860;
    private static final int HEIGHT = 640;

    /**
     * A bin with samples in it.
     *
     * @param confidence mean over the bin, 0 to 1
     * @param accuracy share of right answers in the bin, 0 to 1
     */
    public record Bin(double confidence, double accuracy) {}

    /**
     * @param name in the legend
     * @param bins one or more, by confidence
     */
    public record Series(String name, List<Bin> bins) {
        public Series {
            bins = List.copyOf(bins);
        }
    }

    public ReliabilityPlot {
        series = List.copyOf(series);
    }

    /**
     * Writes the picture, replacing a file that is there.
     *
     * @throws CommandFailure if this machine has no font, or the file cannot be written
     */
    public void write(Path file) {
        SvgFile.write(file, List.of(chart()));
    }

    XYChart chart() {
        XYChart chart = PlotStyle.chart("Reliability", "mean confidence", "accuracy", WIDTH, HEIGHT);
        chart.setCustomXAxisTickLabelsFormatter(PlotStyle::percent);
        chart.getStyler().setXAxisMin(0.0);
        chart.getStyler().setXAxisMax(1.0);
        chart.getStyler().setYAxisMax(1.0);
        for (Series each : series) {
            XYSeries line = PlotStyle.line(
                    chart,
                    each.name(),
                    each.bins().stream().mapToDouble(Bin::confidence).toArray(),
                    each.bins().stream().mapToDouble(Bin::accuracy).toArray());
            line.setMarker(SeriesMarkers.CIRCLE);
        }
        PlotStyle.brokenLine(chart, "perfectly calibrated", new double[] {0, 1}, new double[] {0, 1}, PlotStyle.GREY);
        return chart;
    }
}
