package io.tiergate.cli.gate.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** One look for all plots. */
final class PlotStyle {
    static {
        // No display is needed, and one that is named but not there would be an error. Before the colours, which ask
        // for it.
        System.setProperty("java.awt.headless", "true");
    }

    static final Color BLUE = new Color(0x3B6EA5);
    static final Color ORANGE = new Color(0xD08A3C);
    static final Color GREY = new Color(0x777777);
    static final Color PALE_BLUE = new Color(0xC5D5E6);
    static final Color RED = new Color(0xB5484B);

    private static final Color INK = new Color(0x333333);
    private static final Color GRID = new Color(0xE3E3E3);
    private static final Color[] COLOURS = {
        BLUE, ORANGE, new Color(0x4F9A6B), new Color(0x8067A8), new Color(0x6FA8B8),
    };
    private static final float LINE_WIDTH = 2f;
    /** With no room at all at its ends, an axis shows no figures there. */
    private static final double PLOT_SHARE = 0.97;
    /** Pixels between figures on the horizontal axis, at least. */
    private static final int TICK_SPACING = 110;

    private static final float[] DASHES = {7f, 5f};

    private PlotStyle() {}

    /** An empty chart; rates along its vertical axis, from 0. */
    static XYChart chart(String title, String horizontal, String vertical, int width, int height) {
        XYChart chart = new XYChart(width, height);
        chart.setTitle(title);
        chart.setXAxisTitle(horizontal);
        chart.setYAxisTitle(vertical);
        chart.setCustomYAxisTickLabelsFormatter(PlotStyle::percent);
        XYStyler styler = chart.getStyler();
        styler.setLocale(Locale.ROOT);
        styler.setChartTitleFont(font(Font.BOLD, 18));
        styler.setAxisTitleFont(font(Font.PLAIN, 17));
        styler.setAxisTickLabelsFont(font(Font.PLAIN, 15));
        styler.setLegendFont(font(Font.PLAIN, 15));
        styler.setChartFontColor(INK);
        styler.setAxisTickLabelsColor(INK);
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBackgroundColor(Color.WHITE);
        styler.setPlotGridLinesColor(GRID);
        styler.setPlotGridLinesStroke(new BasicStroke(1f));
        styler.setPlotBorderVisible(false);
        styler.setLegendBorderColor(Color.WHITE);
        styler.setSeriesColors(COLOURS);
        styler.setPlotContentSize(PLOT_SHARE);
        styler.setChartPadding(24);
        styler.setLegendPadding(14);
        styler.setXAxisTickMarkSpacingHint(TICK_SPACING);
        styler.setYAxisMin(0.0);
        return chart;
    }

    static void legendBelow(XYChart chart) {
        chart.getStyler().setLegendPosition(LegendPosition.OutsideS);
        chart.getStyler().setLegendLayout(LegendLayout.Horizontal);
    }

    static XYSeries line(XYChart chart, String name, double[] x, double[] y) {
        XYSeries series = chart.addSeries(name, x, y);
        series.setMarker(SeriesMarkers.NONE);
        series.setLineStyle(SeriesLines.SOLID);
        series.setLineWidth(LINE_WIDTH);
        return series;
    }

    static XYSeries brokenLine(XYChart chart, String name, double[] x, double[] y, Color colour) {
        XYSeries series = line(chart, name, x, y);
        series.setLineStyle(new BasicStroke(LINE_WIDTH, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10f, DASHES, 0f));
        series.setLineColor(colour);
        return series;
    }

    /** A share of one in hundredths, with as many digits as it needs. */
    static String percent(double share) {
        return new DecimalFormat("0.##", DecimalFormatSymbols.getInstance(Locale.ROOT)).format(100 * share) + " %";
    }

    static Font font(int style, int points) {
        return new Font(Font.SANS_SERIF, style, points);
    }
}
