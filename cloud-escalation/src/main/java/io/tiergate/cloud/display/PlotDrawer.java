package io.tiergate.cloud.display;

import io.tiergate.cloud.display.SampleView.Line;
import io.tiergate.cloud.display.SampleView.Point;
import io.tiergate.model.Display.Range;
import io.tiergate.model.Display.Series;
import io.tiergate.model.Display.SeriesLayout;
import io.tiergate.runtime.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Makes plots of series, with at most so many lines of at most so many points. */
final class PlotDrawer {
    static final int MOST_LINES = 8;
    static final int MOST_POINTS = 1000;

    private PlotDrawer() {}

    static SampleView.Plot draw(Tensor tensor, Series series, List<String> guesses) throws UndrawableException {
        List<String> notes = new ArrayList<>(guesses);
        String layout = series.layout().isPresent()
                ? series.layout().get().name()
                : guessed(Guess.seriesLayout(tensor.shape()), notes).name();
        Axes axes = Axes.of(layout, tensor.shape());
        Extent extent = Extent.of(tensor);
        Range range = series.range().isPresent() ? series.range().get() : Ranges.ofAll(extent);
        int channels = axes.size('C');
        int length = axes.size('L');
        List<Line> lines = new ArrayList<>();
        for (int channel = 0; channel < Math.min(channels, MOST_LINES); channel++) {
            lines.add(new Line(channel, points(tensor, channel * axes.stride('C'), axes.stride('L'), length)));
        }
        if (channels > MOST_LINES) {
            notes.add("The first %d of %d channels are shown.".formatted(MOST_LINES, channels));
        }
        if (length > MOST_POINTS) {
            notes.add("Drawn with fewer points than the %d that there are; highs and lows are kept.".formatted(length));
        }
        return new SampleView.Plot(lines, length, range.low(), range.high(), notes);
    }

    private static SeriesLayout guessed(SeriesLayout layout, List<String> notes) {
        notes.add("The layout, %s, is guessed from the shape.".formatted(layout));
        return layout;
    }

    /** All numbers of a channel, or of each of equal stretches the lowest and the highest, so that no spike is lost. */
    private static List<Point> points(Tensor tensor, int start, int stride, int length) {
        int stretch = length <= MOST_POINTS ? 1 : Math.ceilDiv(length, MOST_POINTS / 2);
        List<Point> points = new ArrayList<>();
        for (int from = 0; from < length; from += stretch) {
            int lowest = from;
            int highest = from;
            for (int i = from; i < Math.min(from + stretch, length); i++) {
                double number = tensor.numberAt(start + i * stride);
                lowest = number < tensor.numberAt(start + lowest * stride) ? i : lowest;
                highest = number > tensor.numberAt(start + highest * stride) ? i : highest;
            }
            points.add(point(tensor, start, stride, Math.min(lowest, highest)));
            if (lowest != highest) {
                points.add(point(tensor, start, stride, Math.max(lowest, highest)));
            }
        }
        return points;
    }

    private static Point point(Tensor tensor, int start, int stride, int position) {
        return new Point(position, tensor.numberAt(start + position * stride));
    }
}
