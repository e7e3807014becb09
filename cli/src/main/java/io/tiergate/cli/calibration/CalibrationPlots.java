package io.tiergate.cli.calibration;

import io.tiergate.cli.gate.plot.ReliabilityPlot;
import io.tiergate.cli.gate.plot.RiskCoveragePlot;
import io.tiergate.gate.Reading;
import io.tiergate.model.EdgeManifest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Draws labelled answers: how risk grows with coverage, and how honest the model's probabilities are. */
final class CalibrationPlots {
    static final String RISK_COVERAGE = "risk-coverage.svg";
    static final String RELIABILITY = "reliability.svg";

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
        String name = manifest.name() + ", " + manifest.confidence().score().word();
        return new RiskCoveragePlot(
                List.of(AnswerCurves.riskCoverage(name, answers)),
                OptionalDouble.of(targetRisk),
                calibration
                        .threshold()
                        .map(found -> new RiskCoveragePlot.Point(
                                found.accepted().coverage(), found.accepted().risk())));
    }

    private List<ReliabilityPlot.Series> reliability() {
        List<ReliabilityPlot.Series> series = new ArrayList<>();
        series.add(AnswerCurves.reliability("as it is", answers, EdgeAnswer::reading));
        if (manifest.confidence().activation().givesLogits()) {
            double temperature = calibration.fittedTemperature(true);
            series.add(AnswerCurves.reliability(
                    String.format(Locale.ROOT, "temperature %.3f", temperature),
                    answers,
                    answer -> scaled(answer, temperature)));
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
}
