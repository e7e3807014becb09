package io.tiergate.cloud.display;

import com.google.protobuf.ByteString;
import java.util.List;

/**
 * A sample as a person sees it. How much there is of it is bounded, whatever the sample holds; its texts are plain text, to be escaped
 * where they are shown.
 */
public sealed interface SampleView {
    /** What a person should know of it: what was guessed, scaled down or left out. One sentence each. */
    List<String> notes();

    /**
     * A picture.
     *
     * @param width of the PNG, in pixels; at most {@link PictureDrawer#LONGEST_SIDE}, as is {@code height}
     * @param sampleWidth of the sample, in pixels
     * @param png grey or RGB with 8 bits each
     */
    record Picture(int width, int height, long sampleWidth, long sampleHeight, ByteString png, List<String> notes)
            implements SampleView {
        public Picture {
            notes = List.copyOf(notes);
        }
    }

    /**
     * Lines over a common axis from 0 to {@code length - 1}.
     *
     * @param low number at the lower edge, below {@code high}
     */
    record Plot(List<Line> lines, long length, double low, double high, List<String> notes) implements SampleView {
        public Plot {
            lines = List.copyOf(lines);
            notes = List.copyOf(notes);
        }
    }

    /** @param points by rising position; finite numbers, among them the lowest and the highest that the channel has */
    record Line(int channel, List<Point> points) {
        public Line {
            points = List.copyOf(points);
        }
    }

    record Point(long position, double value) {}

    /**
     * Names and values.
     *
     * @param count how many values the sample has, which may be more than there are rows
     */
    record Table(List<Row> rows, long count, List<String> notes) implements SampleView {
        public Table {
            rows = List.copyOf(rows);
            notes = List.copyOf(notes);
        }
    }

    record Row(String name, String value) {}

    /**
     * A sample that cannot be drawn.
     *
     * @param reason why, in one sentence
     * @param type of the values as the protocol calls it; empty where there are none
     * @param shape empty where there are none
     * @param values the first of them, as text
     * @param count how many there are
     */
    record Numbers(String reason, String type, String shape, List<String> values, long count, List<String> notes)
            implements SampleView {
        private static final int LONGEST_REASON = 500;

        public Numbers {
            reason = ElementText.cut(reason, LONGEST_REASON);
            values = List.copyOf(values);
            notes = List.copyOf(notes);
        }

        /** Nothing is known of the sample but why. */
        static Numbers without(String reason) {
            return new Numbers(reason, "", "", List.of(), 0, List.of());
        }
    }
}
