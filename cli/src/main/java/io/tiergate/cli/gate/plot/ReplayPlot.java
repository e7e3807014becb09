package io.tiergate.cli.gate.plot;

import io.tiergate.cli.CommandFailure;
import java.awt.Color;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A gate over the requests of a replay, window by window: above, its threshold and how much it escalates; below, the risk of what it
 * accepts as it truly is and as the gate reports it.
 *
 * @param windows one or more, in order
 * @param targetRisk the risk to be kept, 0 to 1; drawn as a level line
 * @param driftAt requests before the data change; marked
 * @param alarmsAt requests before each alarm of the gate; marked
 */
public record ReplayPlot(List<Window> windows, OptionalDouble targetRisk, OptionalLong driftAt, List<Long> alarmsAt) {
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 400;
    private static final String INTERVAL = "reported interval";
    /** Room above the highest value. */
    private static final double HEADROOM = 1.1;
    /** With few audits the interval reaches up to 100 %: it is cut off there, in risks, so that the others are still seen. */
    private static final double HIGHEST_INTERVAL = 3;

    /**
     * Some requests in a row; a value that these requests did not give is NaN and leaves a gap.
     *
     * @param end requests replayed when the window ended, 1 or more
     * @param threshold of the gate at the end, 0 to 1
     * @param escalationRate share of the window's requests that were escalated, 0 to 1
     * @param trueRisk share of wrong ones among the accepted, 0 to 1
     * @param reportedLower lower end of the interval that the gate reports for that risk, 0 to 1
     * @param reportedUpper upper end of it, not below the lower
     */
    public record Window(
            long end,
            double threshold,
            double escalationRate,
            double trueRisk,
            double reportedLower,
            double reportedUpper) {
        private boolean reports() {
            return !Double.isNaN(reportedLower) && !Double.isNaN(reportedUpper);
        }
    }

    public ReplayPlot {
        windows = List.copyOf(windows);
        alarmsAt = List.copyOf(alarmsAt);
    }

    /**
     * Writes the picture, replacing a file that is there.
     *
     * @throws CommandFailure if this machine has no font, or the file cannot be written
     */
    public void write(Path file) {
        SvgFile.write(file, List.of(gateChart(), riskChart()));
    }

    XYChart gateChart() {
        XYChart chart = chart("Gate over the replay", "", "threshold, share escalated", 1);
        chart.setCustomYAxisTickLabelsFormatter(value -> String.format(Locale.ROOT, "%.1f", value));
        PlotStyle.line(chart, "threshold", ends(), values(Window::threshold)).setLineColor(PlotStyle.BLUE);
        PlotStyle.line(chart, "escalation rate", ends(), values(Window::escalationRate))
                .setLineColor(PlotStyle.ORANGE);
        addMarks(chart, 1, true);
        return chart;
    }

    XYChart riskChart() {
        double top = highestRisk() * HEADROOM;
        XYChart chart = chart("", "requests", "risk of accepted", top);
        addInterval(chart, top);
        PlotStyle.line(chart, "true risk", ends(), values(Window::trueRisk)).setLineColor(PlotStyle.BLUE);
        targetRisk.ifPresent(target -> PlotStyle.brokenLine(
                chart,
                "target: " + PlotStyle.percent(target),
                new double[] {0, lastEnd()},
                new double[] {target, target},
                PlotStyle.GREY));
        addMarks(chart, top, false);
        return chart;
    }

    private XYChart chart(String title, String horizontal, String vertical, double top) {
        XYChart chart = PlotStyle.chart(title, horizontal, vertical, WIDTH, HEIGHT);
        chart.getStyler().setXAxisDecimalPattern("#,##0");
        chart.getStyler().setXAxisMin(0.0);
        chart.getStyler().setXAxisMax((double) lastEnd());
        chart.getStyler().setYAxisMax(top);
        PlotStyle.legendBelow(chart);
        // Where all points are equally far apart, XChart puts its figures at points. With two more points neither chart
        // is such, and
        // both have their figures in the same places.
        XYSeries ends = chart.addSeries("ends", new double[] {0, lastEnd()}, new double[] {0, 0});
        ends.setLineStyle(SeriesLines.NONE);
        ends.setMarker(SeriesMarkers.NONE);
        ends.setShowInLegend(false);
        return chart;
    }

    /** A polygon for each run of windows that report one; the legend names the first. */
    private void addInterval(XYChart chart, double top) {
        List<Window> run = new ArrayList<>();
        int runs = 0;
        for (Window window : windows) {
            if (window.reports()) {
                run.add(window);
            } else if (!run.isEmpty()) {
                addInterval(chart, run, runs++, top);
                run.clear();
            }
        }
        if (!run.isEmpty()) {
            addInterval(chart, run, runs, top);
        }
    }

    private static void addInterval(XYChart chart, List<Window> run, int runsBefore, double top) {
        List<Window> back = run.reversed();
        XYSeries series = chart.addSeries(
                runsBefore == 0 ? INTERVAL : INTERVAL + " " + (runsBefore + 1),
                DoubleStream.concat(values(run, Window::end), values(back, Window::end))
                        .toArray(),
                DoubleStream.concat(values(run, Window::reportedUpper), values(back, Window::reportedLower))
                        .map(risk -> Math.min(risk, top))
                        .toArray());
        series.setXYSeriesRenderStyle(XYSeriesRenderStyle.PolygonArea);
        series.setFillColor(PlotStyle.PALE_BLUE);
        series.setLineColor(PlotStyle.PALE_BLUE);
        series.setLineStyle(SeriesLines.NONE);
        series.setMarker(SeriesMarkers.NONE);
        series.setShowInLegend(runsBefore == 0);
    }

    private void addMarks(XYChart chart, double top, boolean inLegend) {
        driftAt.ifPresent(at -> addMark(chart, "drift", List.of(at), top, PlotStyle.GREY, inLegend));
        if (!alarmsAt.isEmpty()) {
            addMark(chart, "alarm", alarmsAt, top, PlotStyle.RED, inLegend);
        }
    }

    /** Upright lines as one series, with a gap behind each. */
    private static void addMark(
            XYChart chart, String name, List<Long> places, double top, Color colour, boolean inLegend) {
        double[] x = places.stream()
                .flatMapToDouble(at -> DoubleStream.of(at, at, at))
                .toArray();
        double[] y = places.stream()
                .flatMapToDouble(at -> DoubleStream.of(0, top, Double.NaN))
                .toArray();
        PlotStyle.brokenLine(chart, name, x, y, colour).setShowInLegend(inLegend);
    }

    private double highestRisk() {
        double risk = highest(Window::trueRisk, targetRisk.orElse(0.01));
        return Math.max(risk, Math.min(highest(Window::reportedUpper, risk), HIGHEST_INTERVAL * risk));
    }

    private double highest(ToDoubleFunction<Window> value, double atLeast) {
        return windows.stream()
                .mapToDouble(value)
                .filter(each -> !Double.isNaN(each))
                .reduce(atLeast, Math::max);
    }

    private long lastEnd() {
        return windows.getLast().end();
    }

    private double[] ends() {
        return values(Window::end);
    }

    private double[] values(ToDoubleFunction<Window> value) {
        return values(windows, value).toArray();
    }

    private static DoubleStream values(List<Window> windows, ToDoubleFunction<Window> value) {
        return windows.stream().mapToDouble(value);
    }
}
