package io.tiergate.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Latency against arrival rate as an SVG picture, both axes logarithmic: a line a subject of the median, a broken one of the 99th
 * percentile, each with its lowest and highest round. Written by hand, because Java's own text drawing needs fonts that a server
 * seldom has.
 */
final class LatencyPlot {
    private static final int WIDTH = 960;
    private static final int HEIGHT = 560;
    private static final int LEFT = 80;
    private static final int RIGHT = 690;
    private static final int TOP = 60;
    private static final int BOTTOM = 490;
    private static final int LEGEND_LINE = 22;
    private static final String[] COLOURS = {"#777777", "#c0392b", "#e08e0b", "#2471a3", "#1e8449"};

    private final Map<String, Findings.OfSubject> subjects;
    private final Axis rates;
    private final Axis millis;
    private final StringBuilder svg = new StringBuilder();

    /** @param subjects by title; each with one arrival rate or more, each of these with one round or more */
    private LatencyPlot(Map<String, Findings.OfSubject> subjects) {
        this.subjects = subjects;
        List<Findings.AtRate> all = subjects.values().stream()
                .flatMap(each -> each.atRates.stream())
                .toList();
        this.rates = Axis.around(all.stream().map(at -> at.ratePerSecond).toList(), LEFT, RIGHT);
        this.millis = Axis.around(
                all.stream()
                        .flatMap(at -> at.rounds.stream())
                        .flatMap(round ->
                                List.of(round.latencyMillis("answered", "p50"), round.latencyMillis("answered", "p99"))
                                        .stream())
                        .toList(),
                BOTTOM,
                TOP);
    }

    /** Writes the picture, replacing a file that is there; nothing when no subject has latencies. */
    static void write(Path file, Map<String, Findings.OfSubject> subjects) throws IOException {
        if (!subjects.isEmpty()) {
            Files.writeString(file, new LatencyPlot(subjects).draw());
        }
    }

    /** A logarithmic axis over whole decades. */
    private record Axis(int lowestDecade, int highestDecade, int start, int end) {
        private static final double SMALLEST = 1e-3;

        static Axis around(List<Double> values, int start, int end) {
            double lowest = values.stream().mapToDouble(Axis::drawable).min().orElseThrow();
            double highest = values.stream().mapToDouble(Axis::drawable).max().orElseThrow();
            int low = (int) Math.floor(Math.log10(lowest));
            return new Axis(low, Math.max(low + 1, (int) Math.ceil(Math.log10(highest))), start, end);
        }

        /** A logarithm of zero has no place. */
        private static double drawable(double value) {
            return Math.max(value, SMALLEST);
        }

        double place(double value) {
            double part = (Math.log10(drawable(value)) - lowestDecade) / (highestDecade - lowestDecade);
            return start + part * (end - start);
        }
    }

    private String draw() {
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"13\">",
                WIDTH, HEIGHT);
        add("<rect width=\"%d\" height=\"%d\" fill=\"white\"/>", WIDTH, HEIGHT);
        text(LEFT, 28, "start", "Latency against arrival rate: p50 (line) and p99 (broken), median of the rounds");
        drawAxes();
        int position = 0;
        for (Map.Entry<String, Findings.OfSubject> subject : subjects.entrySet()) {
            String colour = COLOURS[position % COLOURS.length];
            drawLine(subject.getValue().atRates, "p50", colour, "");
            drawLine(subject.getValue().atRates, "p99", colour, " stroke-dasharray=\"6 4\"");
            int y = TOP + LEGEND_LINE * position++;
            add(
                    "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-width=\"2\"/>",
                    RIGHT + 20, y, RIGHT + 46, y, colour);
            text(RIGHT + 54, y + 4, "start", subject.getKey());
        }
        add("</svg>");
        return svg.toString();
    }

    private void drawAxes() {
        for (int decade = rates.lowestDecade(); decade <= rates.highestDecade(); decade++) {
            double x = rates.place(Math.pow(10, decade));
            grid(x, TOP, x, BOTTOM);
            text(x, BOTTOM + 20, "middle", label(decade));
        }
        for (int decade = millis.lowestDecade(); decade <= millis.highestDecade(); decade++) {
            double y = millis.place(Math.pow(10, decade));
            grid(LEFT, y, RIGHT, y);
            text(LEFT - 8, y + 4, "end", label(decade));
        }
        text((LEFT + RIGHT) / 2.0, HEIGHT - 20, "middle", "samples a second");
        text(LEFT, TOP - 12, "end", "ms");
    }

    private static String label(int decade) {
        return decade < 0
                ? String.format(Locale.ROOT, "%." + -decade + "f", Math.pow(10, decade))
                : String.format(Locale.ROOT, "%,.0f", Math.pow(10, decade));
    }

    private void drawLine(List<Findings.AtRate> atRates, String percentile, String colour, String dashes) {
        StringBuilder points = new StringBuilder();
        for (Findings.AtRate at : atRates) {
            Spread spread = Spread.of(at.rounds.stream()
                    .map(round -> round.latencyMillis("answered", percentile))
                    .toList());
            double x = rates.place(at.ratePerSecond);
            points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, millis.place(spread.median())));
            add(
                    "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-opacity=\"0.5\"/>",
                    x, millis.place(spread.min()), x, millis.place(spread.max()), colour);
        }
        add(
                "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"%s/>",
                points.toString().strip(), colour, dashes);
    }

    private void grid(double x1, double y1, double x2, double y2) {
        add("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#dddddd\"/>", x1, y1, x2, y2);
    }

    private void text(double x, double y, String anchor, String text) {
        add("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>", x, y, anchor, text);
    }

    private void add(String format, Object... arguments) {
        svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }
}
