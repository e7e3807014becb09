package io.tiergate.cli.gate.plot;

import io.tiergate.cli.CommandFailure;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Selective risk against coverage (El-Yaniv and Wiener 2010, "On the Foundations of Noise-free Selective Classification"): how often the
 * accepted answers are wrong if so many are accepted.
 *
 * @param curves one or more, of different names
 * @param targetRisk the risk to be kept, 0 to 1; drawn as a level line
 * @param operatingPoint where a gate works; marked
 */
public record RiskCoveragePlot(List<Curve> curves, OptionalDouble targetRisk, Optional<Point> operatingPoint) {
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 600;
    /** So that a piece of the curve is about two pixels wide. */
    private static final int MOST_POINTS = 300;

    /**
     * @param coverage share of the samples that are accepted, 0 to 1
     * @param risk share of these that are wrong, 0 to 1
     */
    public record Point(double coverage, double risk) {}

    /**
     * @param name in the legend
     * @param points one or more, by coverage; of very many only some are drawn
     */
    public record Curve(String name, List<Point> points) {
        public Curve {
            points = List.copyOf(points);
        }

        private List<Point> drawn() {
            int step = Math.ceilDiv(points.size(), MOST_POINTS);
            return IntStream.range(0, points.size())
                    .filter(i -> i % step == 0 || i == points.size() - 1)
                    .mapToObj(points::get)
                    .toList();
        }
    }

    public RiskCoveragePlot {
        curves = List.copyOf(curves);
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
        XYChart chart = PlotStyle.chart(
                "Risk against coverage", "coverage (share of samples accepted)", "selective risk", WIDTH, HEIGHT);
        chart.setCustomXAxisTickLabelsFormatter(PlotStyle::percent);
        chart.getStyler().setXAxisMin(0.0);
        chart.getStyler().setXAxisMax(1.0);
        for (Curve curve : curves) {
            List<Point> points = curve.drawn();
            PlotStyle.line(
                    chart,
                    curve.name(),
                    points.stream().mapToDouble(Point::coverage).toArray(),
                    points.stream().mapToDouble(Point::risk).toArray());
        }
        targetRisk.ifPresent(target -> PlotStyle.brokenLine(
                chart,
                "target: " + PlotStyle.percent(target),
                new double[] {0, 1},
                new double[] {target, target},
                PlotStyle.GREY));
        operatingPoint.ifPresent(point -> mark(chart, point));
        return chart;
    }

    private static void mark(XYChart chart, Point point) {
        XYSeries series = chart.addSeries(
                "operates at %s, risk %s"
                        .formatted(PlotStyle.percent(point.coverage()), PlotStyle.percent(point.risk())),
                new double[] {point.coverage()},
                new double[] {point.risk()});
        series.setLineStyle(SeriesLines.NONE);
        series.setMarker(SeriesMarkers.CIRCLE);
        series.setMarkerColor(PlotStyle.RED);
    }
}
