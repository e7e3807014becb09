package io.tiergate.cli.gate;

import io.tiergate.cli.calibration.AnswerCurves;
import io.tiergate.cli.calibration.EdgeAnswer;
import io.tiergate.cli.calibration.LabeledAnswer;
import io.tiergate.cli.gate.plot.ReliabilityPlot;
import io.tiergate.cli.gate.plot.RiskCoveragePlot;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Draws the answers that a replay has shown, beside the picture of the gate: risk against coverage, and reliability. */
final class ReplayPictures {
    private ReplayPictures() {}

    /**
     * Writes two files whose names begin as the given one's does.
     *
     * @param file of the gate's picture
     */
    static void write(
            Path file, String model, OptionalDouble target, ReplayReport report, IntFunction<ReplaySample> samples) {
        List<LabeledAnswer> answers = IntStream.range(0, report.requests())
                .mapToObj(samples)
                .map(sample -> new LabeledAnswer(sample.edge(), sample.label(), false))
                .toList();
        Optional<RiskCoveragePlot.Point> operating =
                Optional.ofNullable(report.trueRisk()).map(risk -> new RiskCoveragePlot.Point(report.coverage(), risk));
        new RiskCoveragePlot(List.of(AnswerCurves.riskCoverage(model, answers)), target, operating)
                .write(beside(file, "risk-coverage"));
        new ReliabilityPlot(List.of(AnswerCurves.reliability(model, answers, EdgeAnswer::reading)))
                .write(beside(file, "reliability"));
    }

    private static Path beside(Path file, String what) {
        String stem = file.getFileName().toString().replaceFirst("\\.svg$", "");
        return file.resolveSibling(stem + "-" + what + ".svg");
    }
}
