package io.tiergate.cli.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tiergate.cli.calibration.LabeledAnswer;
import io.tiergate.gate.GateRules;
import io.tiergate.gate.certificate.Certificate;
import io.tiergate.gate.certificate.CertifiedThreshold;
import io.tiergate.gate.certificate.Evidence;
import io.tiergate.gate.certificate.Search;
import io.tiergate.gate.certificate.SplitEvidence;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the gate promises, on real images that no threshold has seen. {@code -Dgate.seeds} says how many streams are drawn, which the
 * profile {@code nightly} raises.
 */
class FashionGateIT {
    private static final int SEEDS = Integer.getInteger("gate.seeds", 20);
    private static final int RESPLITS = 200;
    private static final int REQUESTS = 30_000;
    private static final int DRIFT_AT = 10_000;
    private static final int BLOCK = 1000;
    private static final double DELTA = 0.01;
    private static final double TARGET = 0.03;
    private static final List<String> DRIFTS = List.of("rotate:20", "brightness:50", "contrast:0.6");

    private static FashionAnswers answers;

    @BeforeAll
    static void askTheModels() {
        assumeThat(FashionAnswers.DATA)
                .as("not tried: the shared Fashion-MNIST images and models are not beside the repository")
                .isDirectory();
        answers = new FashionAnswers(DRIFTS);
    }

    @ParameterizedTest
    @CsvSource({
        "0.01, 0.946668, 0.52, 0.935",
        "0.02, 0.841119, 0.65, 0.934",
        "0.03, 0.743885, 0.715, 0.932",
        "0.05, 0.547121, 0.80, 0.925"
    })
    void theCertifiedThresholdKeepsItsPromiseOnTestImages(
            double target, double threshold, double coverage, double accuracy) {
        GateRules rules = PolicyText.risk(target, 1 - DELTA);
        Certificate certificate = answers.certificate(rules, true);
        ReplayReport report = answers.inFileOrder(rules, certificate, false).report();

        assertThat(certificate.threshold().orElseThrow().threshold()).isCloseTo(threshold, within(1e-4));
        assertThat(report.coverage()).isGreaterThanOrEqualTo(coverage);
        assertThat(report.trueRisk()).isLessThanOrEqualTo(target);
        assertThat(report.tieredAccuracy()).isGreaterThanOrEqualTo(accuracy);
        assertThat(report.violations()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0.02, 0.892", "0.05, 0.901", "0.10, 0.913", "0.15, 0.921", "0.20, 0.926", "0.30, 0.933"})
    void aBudgetIsSpentAndNotOverspent(double share, double accuracy) {
        GateRules rules = PolicyText.parse("budget:" + share);
        ReplayReport report = answers.inFileOrder(rules, answers.certificate(rules, true), false)
                .report();

        assertThat((double) report.escalated() / report.requests()).isCloseTo(share, within(0.01));
        assertThat(report.tieredAccuracy()).isGreaterThanOrEqualTo(accuracy);
    }

    @Test
    void peopleImproveOnTheEnsembleWhereItIsLeastSure() {
        GateRules rules = PolicyText.risk(TARGET, 1 - DELTA);
        ReplayReport report = answers.inFileOrder(rules, answers.certificate(rules, true), true)
                .report();

        assertThat(report.tieredAccuracy()).isGreaterThanOrEqualTo(0.938);
        assertThat((double) report.reviewed() / report.requests()).isLessThan(0.0125);
    }

    @ParameterizedTest
    @CsvSource({
        "rotate:20, true",
        "brightness:50, true",
        "contrast:0.6, true",
        "rotate:20, false",
        "brightness:50, false",
        "contrast:0.6, false"
    })
    void aSuddenChangeIsNoticedAndCostsFewWrongAnswers(String drift, boolean checks) {
        List<FashionAnswers.Replayed> runs = streams(Optional.of(drift), checks);

        SoftAssertions softly = new SoftAssertions();
        long noticed = runs.stream()
                .filter(run -> run.report().alarms().stream()
                        .anyMatch(alarm -> alarm.at() > DRIFT_AT && alarm.at() <= DRIFT_AT + 300))
                .count();
        softly.assertThat((double) noticed / SEEDS).as("noticed").isGreaterThanOrEqualTo(0.95);
        int mostWrong = runs.stream()
                .mapToInt(run -> run.report().wrongAcceptedAfterDrift())
                .max()
                .orElseThrow();
        softly.assertThat(mostWrong).as("wrong accepted").isLessThanOrEqualTo(150);
        double worst = runs.stream()
                .mapToDouble(run -> worstBlock(run.reckoning()))
                .max()
                .orElseThrow();
        softly.assertThat(worst).as("worst block").isLessThanOrEqualTo(0.0375);
        double lost = runs.stream()
                .map(FashionAnswers.Replayed::reckoning)
                .mapToDouble(each ->
                        each.ensembleAccuracy(REQUESTS - 10_000).getAsDouble() - each.tieredAccuracy(REQUESTS - 10_000))
                .max()
                .orElseThrow();
        softly.assertThat(lost).as("lost against the ensemble").isLessThanOrEqualTo(0.01);
        softly.assertThat(covered(runs)).as("covered").isGreaterThanOrEqualTo(0.95);
        softly.assertAll();
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void withoutAChangeThereIsHardlyAnAlarmAndLittleMoreIsSent(boolean checks) {
        List<FashionAnswers.Replayed> runs = streams(Optional.empty(), checks);

        double alarms = runs.stream()
                .mapToInt(run -> run.report().alarms().size())
                .average()
                .orElseThrow();
        assertThat(alarms).isLessThanOrEqualTo(0.3);
        double sent = runs.stream()
                .mapToInt(run -> run.report().escalated() + run.report().audited())
                .average()
                .orElseThrow();
        assertThat(sent / REQUESTS - belowCertified()).isLessThanOrEqualTo(0.015);
        assertThat(covered(runs)).isGreaterThanOrEqualTo(0.95);
    }

    /** What a fixed threshold at the certificate's would send. */
    private static double belowCertified() {
        double threshold = answers.certificate(PolicyText.risk(TARGET, 1 - DELTA), false)
                .threshold()
                .orElseThrow()
                .threshold();
        return answers.test.stream()
                .mapToInt(each -> each.answer().score() < threshold ? 1 : 0)
                .average()
                .orElseThrow();
    }

    private static List<FashionAnswers.Replayed> streams(Optional<String> drift, boolean checks) {
        GateRules rules = PolicyText.risk(TARGET, 1 - DELTA);
        Certificate certificate = answers.certificate(rules, checks);
        return IntStream.rangeClosed(1, SEEDS)
                .parallel()
                .mapToObj(seed -> answers.drawn(rules, certificate, REQUESTS, drift, DRIFT_AT, seed))
                .toList();
    }

    /** Risk of a thousand requests, from 1,500 after the change on, of which a hundred or more were accepted. */
    private static double worstBlock(Reckoning reckoning) {
        double worst = 0;
        for (int from = DRIFT_AT + 1500; from + BLOCK <= REQUESTS; from += BLOCK) {
            long accepted = IntStream.range(from, from + BLOCK)
                    .filter(reckoning::isAccepted)
                    .count();
            long wrong = IntStream.range(from, from + BLOCK)
                    .filter(reckoning::isWronglyAccepted)
                    .count();
            worst = accepted < 100 ? worst : Math.max(worst, (double) wrong / accepted);
        }
        return worst;
    }

    /** Share of the windows whose true risk lies within the reported interval. */
    private static double covered(List<FashionAnswers.Replayed> runs) {
        return runs.stream()
                .flatMap(run -> run.report().windows().stream())
                .filter(window -> window.trueRisk() != null)
                .mapToInt(window ->
                        window.lowerBound() <= window.trueRisk() && window.trueRisk() <= window.upperBound() ? 1 : 0)
                .average()
                .orElseThrow();
    }

    /** The threshold that just keeps the target on the calibration images is what people usually take. */
    @Test
    void overRandomSplitsTheCertificateHoldsAndTheUsualPracticeDoesNot() {
        List<LabeledAnswer> pool = new ArrayList<>(answers.calibration);
        pool.addAll(answers.test);
        int certifiedMisses = 0;
        int naiveMisses = 0;
        for (int split = 0; split < RESPLITS; split++) {
            Collections.shuffle(pool, new Random(split));
            SplitEvidence calibration = evidence(pool.subList(0, answers.calibration.size()));
            Evidence test = evidence(pool.subList(answers.calibration.size(), pool.size()))
                    .all();
            double certified = Search.BINARY
                    .threshold(calibration, TARGET, DELTA)
                    .map(CertifiedThreshold::threshold)
                    .orElse(Double.MAX_VALUE);
            certifiedMisses += test.accepted(certified).risk() > TARGET ? 1 : 0;
            naiveMisses += test.accepted(naive(calibration.all())).risk() > TARGET ? 1 : 0;
        }
        assertThat((double) certifiedMisses / RESPLITS).isLessThanOrEqualTo(0.03);
        assertThat((double) naiveMisses / RESPLITS).isGreaterThan(0.3);
    }

    private static SplitEvidence evidence(List<LabeledAnswer> answers) {
        boolean[] wrong = new boolean[answers.size()];
        for (int i = 0; i < wrong.length; i++) {
            wrong[i] = answers.get(i).isWrong();
        }
        return SplitEvidence.of(
                answers.stream().mapToDouble(each -> each.answer().score()).toArray(),
                wrong,
                new boolean[answers.size()]);
    }

    private static double naive(Evidence calibration) {
        return IntStream.range(0, calibration.size())
                .mapToDouble(calibration::score)
                .filter(threshold -> calibration.accepted(threshold).risk() <= TARGET)
                .findFirst()
                .orElseThrow();
    }
}
