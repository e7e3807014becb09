package io.tiergate.cli.calibration;

import io.tiergate.cli.gate.plot.ReliabilityPlot;
import io.tiergate.cli.gate.plot.RiskCoveragePlot;
import io.tiergate.gate.Reading;
import io.tiergate.model.EdgeManifest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Draws labelled answers: how risk grows with coverage, and how honest the model's probabilities are. */
final class CalibrationPlots {
    static final String RISK_COVERAGE = "risk-coverage.svg";
    static final String RELIABILITY = "reliability.svg";

    private static final int BINS = 15;

    private final EdgeManifest manifest;
    private final double targetRisk;
    private final List<LabeledAnswer> answers;
    private final Calibration calibration;

    CalibrationPlots(EdgeManifest manifest, double targetRisk, List<LabeledAnswer> answers, Calibration calibration) {
        this.manifest = manifest;
        this.targetRisk = targetRisk;
        this.answers = answers;
        this.calibration = calibration;
    }

    void write(Path folder) {
        riskCoverage().write(folder.resolve(RISK_COVERAGE));
        new ReliabilityPlot(reliability()).write(folder.resolve(RELIABILITY));
    }

    private RiskCoveragePlot riskCoverage() {
        List<LabeledAnswer> surestFirst = answers.stream()
                .filter(each -> each.answer().reading().isUsable())
                .sorted(Comparator.comparingDouble(each -> -each.answer().score()))
                .toList();
        List<RiskCoveragePlot.Point> points = new ArrayList<>();
        int wrong = 0;
        for (int i = 0; i < surestFirst.size(); i++) {
            wrong += surestFirst.get(i).isWrong() ? 1 : 0;
            points.add(new RiskCoveragePlot.Point((i + 1.0) / answers.size(), wrong / (i + 1.0)));
        }
        String name = manifest.name() + ", " + manifest.confidence().score().word();
        return new RiskCoveragePlot(
                List.of(new RiskCoveragePlot.Curve(name, points)),
                OptionalDouble.of(targetRisk),
                calibration
                        .threshold()
                        .map(found -> new RiskCoveragePlot.Point(
                                found.accepted().coverage(), found.accepted().risk())));
    }

    private List<ReliabilityPlot.Series> reliability() {
        List<ReliabilityPlot.Series> series = new ArrayList<>();
        series.add(new ReliabilityPlot.Series("as it is", bins(EdgeAnswer::reading)));
        if (manifest.confidence().activation().givesLogits()) {
            double temperature = calibration.fittedTemperature(true);
            series.add(new ReliabilityPlot.Series(
                    String.format(Locale.ROOT, "temperature %.3f", temperature),
                    bins(answer -> scaled(answer, temperature))));
        }
        return series;
    }

    private Reading scaled(EdgeAnswer answer, double temperature) {
        Reading reading = Reading.of(answer.numbers());
        reading.activate(
                manifest.confidence().activation(),
                temperature,
                manifest.labels().size());
        return reading;
    }

    private List<ReliabilityPlot.Bin> bins(Function<EdgeAnswer, Reading> reading) {
        double[] confidence = new double[BINS];
        int[] right = new int[BINS];
        int[] count = new int[BINS];
        for (LabeledAnswer each : answers) {
            Reading read = reading.apply(each.answer());
            if (read.isUsable()) {
                double top = read.probability(read.top());
                int bin = Math.min(BINS - 1, (int) (top * BINS));
                confidence[bin] += top;
                right[bin] += each.isWrong() ? 0 : 1;
                count[bin]++;
            }
        }
        return IntStream.range(0, BINS)
                .filter(bin -> count[bin] > 0)
                .mapToObj(
                        bin -> new ReliabilityPlot.Bin(confidence[bin] / count[bin], (double) right[bin] / count[bin]))
                .toList();
    }
}
