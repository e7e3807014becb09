package io.tiergate.cloud.display;

import io.tiergate.cloud.display.SampleView.Line;
import io.tiergate.cloud.display.SampleView.Plot;
import io.tiergate.cloud.display.SampleView.Point;
import java.util.List;
import java.util.Locale;

/**
 * A plot as an SVG element to stand within a page. It holds numbers only, needs neither script nor style sheet, and takes its text's
 * colour from the page; each line has the class {@code plot-line} and an own colour, which a style sheet may change.
 */
public final class PlotSvg {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 280;
    private static final int LEFT = 70;
    private static final int TOP = 20;
    private static final int RIGHT = 10;
    private static final int BOTTOM = 30;
    /** Of Okabe and Ito, "Color Universal Design", 2008, darkened where it takes 3:1 against white as against black. */
    private static final List<String> COLOURS =
            List.of("#0072b2", "#d55e00", "#008563", "#b8638f", "#a66e00", "#3d86ad", "#7a7a7a", "#8a6bbf");

    private PlotSvg() {}

    /** The whole element {@code svg}. */
    public static String of(Plot plot) {
        StringBuilder svg = new StringBuilder();
        add(
                svg,
                "<svg class=\"plot\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
                        + " aria-label=\"Plot: %d lines of %d values, from %.4g to %.4g\">",
                WIDTH,
                HEIGHT,
                plot.lines().size(),
                plot.length(),
                plot.low(),
                plot.high());
        add(
                svg,
                "<path d=\"M%d %dV%dH%d\" fill=\"none\" stroke=\"currentColor\"/>",
                LEFT,
                TOP,
                HEIGHT - BOTTOM,
                WIDTH - RIGHT);
        label(svg, LEFT - 5, TOP + 5, "end", String.format(Locale.ROOT, "%.4g", plot.high()));
        label(svg, LEFT - 5, HEIGHT - BOTTOM, "end", String.format(Locale.ROOT, "%.4g", plot.low()));
        label(svg, LEFT, HEIGHT - 10, "start", "0");
        label(svg, WIDTH - RIGHT, HEIGHT - 10, "end", Long.toString(plot.length() - 1));
        plot.lines().forEach(line -> draw(svg, plot, line));
        return svg.append("</svg>").toString();
    }

    private static void draw(StringBuilder svg, Plot plot, Line line) {
        add(
                svg,
                "<polyline class=\"plot-line plot-line-%d\" fill=\"none\" stroke-width=\"1.5\" stroke=\"%s\" points=\"",
                line.channel() + 1,
                COLOURS.get(line.channel() % COLOURS.size()));
        for (Point point : line.points()) {
            double across = plot.length() == 1 ? 0.5 : point.position() / (double) (plot.length() - 1);
            // A declared range need not hold all numbers: what lies beyond runs along the edge.
            double up = Math.clamp((point.value() - plot.low()) / (plot.high() - plot.low()), 0.0, 1.0);
            svg.append(tenths(LEFT + across * (WIDTH - LEFT - RIGHT)))
                    .append(',')
                    .append(tenths(HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)))
                    .append(' ');
        }
        add(svg, "\"><title>Channel %d</title></polyline>", line.channel() + 1);
    }

    private static void label(StringBuilder svg, int x, int y, String anchor, String text) {
        add(
                svg,
                "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" font-size=\"12\" fill=\"currentColor\">%s</text>",
                x,
                y,
                anchor,
                text);
    }

    /** Never with the digits or commas of the machine's own language. */
    private static void add(StringBuilder svg, String words, Object... arguments) {
        svg.append(String.format(Locale.ROOT, words, arguments));
    }

    private static double tenths(double pixels) {
        return Math.round(pixels * 10) / 10.0;
    }
}
