package io.tiergate.cli.gate.plot;

import de.erichseifert.vectorgraphics2d.Document;
import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import io.tiergate.cli.CommandFailure;
import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.awt.font.TextLayout;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.XYChart;

/** Charts above each other as one SVG file. */
final class SvgFile {
    /** Of a vertical axis with its figures and title, in pixels, where charts stand above each other. */
    private static final int AXIS_WIDTH = 95;

    private SvgFile() {}

    /**
     * Writes the file, replacing one that is there.
     *
     * @param charts one or more
     * @throws CommandFailure if there is no font, or the file cannot be written
     */
    static void write(Path file, List<XYChart> charts) {
        if (!hasFonts()) {
            throw new CommandFailure(
                    "%s cannot be drawn, because Java finds no font on this machine (expected: any; on Debian: apt-get install fontconfig)"
                            .formatted(file));
        }
        Document document = draw(charts);
        try (OutputStream out = Files.newOutputStream(file)) {
            document.writeTo(out);
        } catch (IOException e) {
            throw new CommandFailure("%s cannot be written: %s".formatted(file, e), e);
        }
    }

    /** Whether Java can draw text here; it tells otherwise only by an error, and by one or the other. */
    static boolean hasFonts() {
        try {
            return new TextLayout("0", PlotStyle.font(Font.PLAIN, 12), new FontRenderContext(null, true, true))
                            .getAdvance()
                    > 0;
        } catch (RuntimeException | Error e) {
            return false;
        }
    }

    private static Document draw(List<XYChart> charts) {
        if (charts.size() > 1) {
            align(charts);
        }
        VectorGraphics2D graphics = new VectorGraphics2D();
        int width = 0;
        int height = 0;
        for (XYChart chart : charts) {
            chart.paint(graphics, chart.getWidth(), chart.getHeight());
            graphics.translate(0, chart.getHeight());
            width = Math.max(width, chart.getWidth());
            height += chart.getHeight();
        }
        return new SVGProcessor().getDocument(graphics.getCommands(), new PageSize(0, 0, width, height));
    }

    /**
     * Puts the charts' vertical axes above each other. A chart takes the width that it is told only for about what it will be, so it is
     * drawn for nothing once and told by how much it missed the others.
     */
    private static void align(List<XYChart> charts) {
        charts.forEach(chart -> chart.getStyler().setYAxisLeftWidthHint(AXIS_WIDTH));
        charts.forEach(chart -> chart.paint(new VectorGraphics2D(), chart.getWidth(), chart.getHeight()));
        double widest =
                charts.stream().mapToDouble(XYChart::getYAxisLeftWidth).max().orElseThrow();
        charts.forEach(chart -> chart.getStyler()
                .setYAxisLeftWidthHint(AXIS_WIDTH + (int) Math.round(widest - chart.getYAxisLeftWidth())));
    }
}
