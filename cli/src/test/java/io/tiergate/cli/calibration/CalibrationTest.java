package io.tiergate.cli.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tiergate.gate.certificate.Agreement;
import io.tiergate.gate.certificate.Certificate;
import io.tiergate.gate.certificate.CertifiedThreshold;
import io.tiergate.gate.certificate.Search;
import io.tiergate.gate.check.Limits;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CalibrationTest {
    private static final Certificate.Terms TERMS = terms(0.05);

    private static Certificate.Terms terms(double targetRisk) {
        return new Certificate.Terms("max-softmax", 1, targetRisk, 0.99, Search.BINARY);
    }

    /** 400 right answers from 0.7 up, and below them as many, of which every second is wrong. */
    private static List<LabeledAnswer> answers() {
        List<LabeledAnswer> answers = new ArrayList<>();
        IntStream.range(0, 400).forEach(i -> answers.add(Answers.right(0.7 + 0.0005 * i)));
        IntStream.range(0, 400)
                .forEach(i ->
                        answers.add(i % 2 == 0 ? Answers.wrong(0.5 + 0.0004 * i) : Answers.right(0.5 + 0.0004 * i)));
        return answers;
    }

    private static Certificate certificate(List<LabeledAnswer> answers, OptionalDouble checkShare) {
        return new Calibration(answers, TERMS, checkShare)
                .certificate(
                        new Calibration.Subject("model", "data"),
                        false,
                        Optional.empty(),
                        Instant.EPOCH,
                        Duration.ofDays(1));
    }

    @Test
    void theThresholdHoldsForTheTargetAndTheGuardForAThirdOfIt() {
        Certificate certificate = certificate(answers(), OptionalDouble.empty());

        CertifiedThreshold found = certificate.threshold().orElseThrow();
        assertThat(found.bound()).isLessThan(0.05);
        assertThat(found.threshold()).isBetween(0.6, 0.7);
        assertThat(certificate.guard()).isGreaterThan(found.threshold());
        assertThat(certificate.samples()).isEqualTo(800);
        assertThat(certificate.fittedTemperature()).isEqualTo(1);
        assertThat(certificate.limits()).isEqualTo(Limits.NONE);
        assertThat(certificate.expires()).isEqualTo(Instant.EPOCH.plus(Duration.ofDays(1)));
    }

    @Test
    void theOrderOfTheAnswersHasNoSay() {
        List<LabeledAnswer> shuffled = answers();
        Collections.shuffle(shuffled, new Random(1));

        assertThat(certificate(shuffled, OptionalDouble.of(0.005)))
                .isEqualTo(certificate(answers(), OptionalDouble.of(0.005)));
    }

    @Test
    void anAnswerThatCannotBeUsedIsEvidenceButNeverAccepted() {
        List<LabeledAnswer> answers = answers();
        IntStream.range(0, 50).forEach(i -> answers.add(new LabeledAnswer(Answers.unusable(), 0, true)));
        Calibration calibration = new Calibration(answers, TERMS, OptionalDouble.of(0.005));

        assertThat(calibration.threshold().orElseThrow().accepted().of()).isEqualTo(850);
        assertThat(calibration.accepted()).allMatch(i -> i < 800);
    }

    @Test
    void withoutAUsableAnswerThereIsNothingToSay() {
        List<LabeledAnswer> answers = List.of(new LabeledAnswer(Answers.unusable(), 0, true));

        assertThatThrownBy(() -> new Calibration(answers, TERMS, OptionalDouble.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not one of 1 answers can be used");
    }

    @Test
    void whereTheTargetCannotBeMetTheLowestThatCanIsOffered() {
        // One answer in ten is wrong, whatever its score.
        List<LabeledAnswer> answers = IntStream.range(0, 1000)
                .mapToObj(i -> i % 10 == 0 ? Answers.wrong(0.5 + i / 2000.0) : Answers.right(0.5 + i / 2000.0))
                .toList();
        Calibration calibration = new Calibration(answers, terms(0.03), OptionalDouble.empty());

        assertThat(calibration.threshold()).isEmpty();
        assertThat(calibration.accepted()).isEmpty();
        assertThat(calibration.passing()).isEmpty();
        assertThat(calibration.possible().orElseThrow().targetRisk()).isEqualTo(0.15);
        assertThat(calibration.possible().orElseThrow().coverage()).isGreaterThan(0.9);
    }

    @Test
    void answersThatFailACheckAreLeftOutWhenTheThresholdIsLookedAtAgain() {
        List<LabeledAnswer> answers = answers();
        // As sure as the others, but of images far brighter than all: right ones, so that leaving them out makes the
        // bound worse.
        IntStream.range(0, 2).forEach(i -> answers.add(new LabeledAnswer(Answers.of(0.999, 100 + i), 0, true)));
        Calibration calibration = new Calibration(answers, TERMS, OptionalDouble.of(0.03));

        CertifiedThreshold found = calibration.threshold().orElseThrow();
        CertifiedThreshold passing = calibration.passing().orElseThrow();
        assertThat(passing.threshold()).isEqualTo(found.threshold());
        assertThat(passing.accepted().count()).isEqualTo(found.accepted().count() - 2);
        assertThat(passing.accepted().errors()).isEqualTo(found.accepted().errors());
        assertThat(passing.bound()).isGreaterThan(found.bound()).isLessThan(0.05);
    }

    @Test
    void onlyAcceptedAnswersWithAVerdictSayHowMuchAnEnsembleSees() {
        Calibration calibration = new Calibration(answers(), TERMS, OptionalDouble.empty());
        int[] accepted = calibration.accepted().toArray();
        int errors = calibration.threshold().orElseThrow().accepted().errors();
        assertThat(errors).isPositive();
        // It disagrees with the first accepted answer, which is right, and else says what the edge says, or nothing to
        // the second.
        List<EnsembleAnswer> opinions = IntStream.range(0, accepted.length)
                .mapToObj(i -> switch (i) {
                    case 0 -> new EnsembleAnswer(List.of(0.1, 0.9), 1, true);
                    case 1 -> new EnsembleAnswer(List.of(), -1, false);
                    default -> new EnsembleAnswer(List.of(0.9, 0.1), 0, true);
                })
                .toList();

        assertThat(calibration.agreement(opinions)).isEqualTo(new Agreement(accepted.length - 1, errors, 1, 0));
    }

    @Test
    void anEnsemblesDoubtIsInTheEdgesTerms() {
        EnsembleAnswer answer = new EnsembleAnswer(List.of(0.3, 0.7), 1, false);

        assertThat(answer.wrongProbability(0)).isCloseTo(0.7, within(1e-12));
        assertThat(answer.wrongProbability(-1)).isEqualTo(1);
        assertThat(new EnsembleAnswer(List.of(), -1, false).wrongProbability(0)).isEqualTo(1);
    }
}
