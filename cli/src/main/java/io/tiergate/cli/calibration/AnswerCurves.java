package io.tiergate.cli.calibration;

import io.tiergate.cli.gate.plot.ReliabilityPlot;
import io.tiergate.cli.gate.plot.RiskCoveragePlot;
import io.tiergate.gate.Reading;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** What plots show of labelled answers. */
public final class AnswerCurves {
    private static final int BINS = 15;

    private AnswerCurves() {}

    /** How risk grows with coverage, from the surest answer on. */
    public static RiskCoveragePlot.Curve riskCoverage(String name, List<LabeledAnswer> answers) {
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
        return new RiskCoveragePlot.Curve(name, points);
    }

    /**
     * How honest probabilities are, by ranges of the top class's.
     *
     * @param reading the probabilities of an answer
     */
    public static ReliabilityPlot.Series reliability(
            String name, List<LabeledAnswer> answers, Function<EdgeAnswer, Reading> reading) {
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
        return new ReliabilityPlot.Series(
                name,
                IntStream.range(0, BINS)
                        .filter(bin -> count[bin] > 0)
                        .mapToObj(bin ->
                                new ReliabilityPlot.Bin(confidence[bin] / count[bin], (double) right[bin] / count[bin]))
                        .toList());
    }
}
