package io.tiergate.gate.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SearchTest {
    private record Answer(double score, boolean wrong, boolean first) {}

    /**
     * Eight answers, the three least sure wrong; three steps, each at delta 0.3 / 3 = 0.1. Rank 4 accepts 4 answers without an error:
     * bound 1 - 0.1^(1/4) = 0.438 < 0.5. Then rank 2: 6 with one error: P(X <= 1) = 0.1 at 0.510, fails. Then rank 3: 5, bound 0.369.
     */
    @Test
    void findsWhatHandFinds() {
        SplitEvidence evidence = evidence(IntStream.rangeClosed(1, 8)
                .mapToObj(i -> new Answer(i / 8.0, i <= 3, false))
                .toArray(Answer[]::new));

        CertifiedThreshold found = Search.BINARY.threshold(evidence, 0.5, 0.3).orElseThrow();

        assertThat(found.threshold()).isEqualTo(0.5);
        assertThat(found.accepted()).isEqualTo(new Evidence.Accepted(5, 0, 8));
        assertThat(found.bound()).isCloseTo(1 - Math.pow(0.1, 0.2), within(1e-10));
    }

    /** The results of sgr() of the gate study's reference script on the same answers. */
    @ParameterizedTest
    @CsvSource({
        "500, 0.3, 0.1, 0.01, , , ,",
        "1000, 0.4, 0.05, 0.05, , , ,",
        "1000, 0.4, 0.1, 0.01, 0.7495901637141742, 0.09901259345936778, 251, 11",
        "3000, 0.25, 0.03, 0.01, , , ,",
        "3000, 0.25, 0.05, 0.05, 0.7092171035174033, 0.04989939354048346, 872, 27",
        "3000, 0.25, 0.1, 0.01, 0.3698235647716501, 0.09952322417048899, 1891, 148",
        "3000, 0.6, 0.05, 0.05, 0.9371544622613328, 0.04927340271825752, 189, 2",
        "3000, 0.6, 0.1, 0.01, 0.7556283334729414, 0.09902061135961342, 734, 48"
    })
    void findsWhatTheReferenceFinds(
            int size,
            double steepness,
            double targetRisk,
            double delta,
            Double score,
            Double bound,
            Integer n,
            Integer k) {
        SplitEvidence evidence = evidence(IntStream.rangeClosed(1, size)
                .mapToObj(i -> answer(i * 0.6180339887498949 % 1, i, steepness))
                .toArray(Answer[]::new));

        Optional<CertifiedThreshold> found = Search.BINARY.threshold(evidence, targetRisk, delta);

        assertThat(found.isPresent()).isEqualTo(score != null);
        found.ifPresent(threshold -> {
            assertThat(threshold.threshold()).isEqualTo(score);
            assertThat(threshold.bound()).isCloseTo(bound, within(1e-9));
            assertThat(threshold.accepted()).isEqualTo(new Evidence.Accepted(n, k, size));
        });
    }

    @Test
    void findsWhatTheReferenceFindsAmongTies() {
        SplitEvidence evidence = evidence(IntStream.rangeClosed(1, 1000)
                .mapToObj(i -> answer(Math.floor(i * 0.6180339887498949 % 1 * 10) / 10, i, 0.3))
                .toArray(Answer[]::new));

        assertThat(Search.BINARY.threshold(evidence, 0.05, 0.05)).isEmpty();
        assertThat(Search.BINARY.threshold(evidence, 0.1, 0.01).orElseThrow().accepted())
                .isEqualTo(new Evidence.Accepted(200, 5, 1000));
    }

    private static Answer answer(double score, int i, double steepness) {
        return new Answer(score, i * 0.7548776662466927 % 1 < steepness * (1 - score), i % 2 == 0);
    }

    @ParameterizedTest
    @EnumSource
    void nothingFollowsFromNothing(Search search) {
        assertThat(search.threshold(evidence(), 0.5, 0.5)).isEmpty();
        assertThat(search.threshold(evidence(new Answer(1, false, true)), 0.5, 0.5))
                .isEmpty();
        assertThat(search.threshold(evidence(new Answer(1, false, true), new Answer(1, false, true)), 0.9, 0.9))
                .as("with nothing to test, or nothing to choose by")
                .satisfies(found ->
                        assertThat(search == Search.BINARY || found.isEmpty()).isTrue());
    }

    @ParameterizedTest
    @EnumSource
    void withoutAnyErrorEverythingReadableIsAcceptedAndAHundredAnswersSupportNoThreshold(Search search) {
        SplitEvidence perfect = evidence(IntStream.range(0, 4000)
                .mapToObj(i -> new Answer(i % 10 == 0 ? Double.NEGATIVE_INFINITY : 0.5 + i / 8000.0, false, i % 2 == 0))
                .toArray(Answer[]::new));
        SplitEvidence few = evidence(IntStream.range(0, 100)
                .mapToObj(i -> new Answer(i, false, i % 2 == 0))
                .toArray(Answer[]::new));

        CertifiedThreshold found = search.threshold(perfect, 0.03, 0.01).orElseThrow();

        // The sequence's stride may leave out the last few.
        assertThat(found.threshold()).isBetween(0.5, 0.502);
        assertThat(found.accepted().errors()).isZero();
        assertThat(search.threshold(few, 0.03, 0.01)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void oneScoreForAllIsAcceptedOrRefusedAsAWhole(Search search) {
        SplitEvidence good = evidence(IntStream.range(0, 1000)
                .mapToObj(i -> new Answer(0.7, i % 200 == 1, i % 3 == 0))
                .toArray(Answer[]::new));

        assertThat(search.threshold(good, 0.05, 0.01).orElseThrow().threshold()).isEqualTo(0.7);
        assertThat(search.threshold(good, 0.004, 0.01)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void whatNoThresholdMayAcceptIsNeverAccepted(Search search) {
        SplitEvidence unusable = evidence(IntStream.range(0, 1000)
                .mapToObj(i -> new Answer(Double.NEGATIVE_INFINITY, false, i % 2 == 0))
                .toArray(Answer[]::new));

        assertThat(search.threshold(unusable, 0.5, 0.1)).isEmpty();
    }

    @Test
    void aSequenceIsTestedByTheOtherHalfAlone() {
        Answer[] answers = IntStream.range(0, 4000)
                .mapToObj(i -> new Answer(i / 4000.0, i % 2 == 1, i % 2 == 0))
                .toArray(Answer[]::new);

        assertThat(Search.FIXED_SEQUENCE.threshold(evidence(answers), 0.1, 0.1))
                .as("one half is all right, the other all wrong")
                .isEmpty();
    }

    @Property(tries = 300)
    void raisingTheTargetRiskNeverRaisesTheThreshold(
            @ForAll("answers") Answer[] answers,
            @ForAll @DoubleRange(min = 0.02, max = 0.6) double targetRisk,
            @ForAll @DoubleRange(min = 0, max = 0.39) double rise,
            @ForAll @DoubleRange(min = 0.01, max = 0.5) double delta) {
        assertThat(orNothing(Search.BINARY.threshold(evidence(answers), targetRisk + rise, delta)))
                .isLessThanOrEqualTo(orNothing(Search.BINARY.threshold(evidence(answers), targetRisk, delta)));
    }

    @Property(tries = 300)
    void raisingTheConfidenceNeverLowersTheThreshold(
            @ForAll("answers") Answer[] answers,
            @ForAll @DoubleRange(min = 0.02, max = 0.9) double targetRisk,
            @ForAll @DoubleRange(min = 0.01, max = 0.5) double delta,
            @ForAll @DoubleRange(min = 0.01, max = 1) double part) {
        assertThat(orNothing(Search.BINARY.threshold(evidence(answers), targetRisk, delta * part)))
                .isGreaterThanOrEqualTo(orNothing(Search.BINARY.threshold(evidence(answers), targetRisk, delta)));
    }

    @Property(tries = 300)
    void theOrderOfTheAnswersHasNoSay(
            @ForAll("answers") Answer[] answers,
            @ForAll Search search,
            @ForAll @DoubleRange(min = 0.02, max = 0.9) double targetRisk,
            @ForAll long seed) {
        Answer[] shuffled = answers.clone();
        java.util.Collections.shuffle(java.util.Arrays.asList(shuffled), new java.util.Random(seed));

        assertThat(search.threshold(evidence(shuffled), targetRisk, 0.2))
                .isEqualTo(search.threshold(evidence(answers), targetRisk, 0.2));
    }

    @Property(tries = 300)
    void whatIsFoundIsAScoreOfTheEvidenceWhoseBoundHolds(
            @ForAll("answers") Answer[] answers,
            @ForAll Search search,
            @ForAll @DoubleRange(min = 0.02, max = 0.9) double targetRisk,
            @ForAll @DoubleRange(min = 0.01, max = 0.5) double delta) {
        SplitEvidence evidence = evidence(answers);

        search.threshold(evidence, targetRisk, delta).ifPresent(found -> {
            assertThat(evidence.all().finiteScores()).contains(found.threshold());
            assertThat(found.bound())
                    .isLessThan(targetRisk)
                    .isGreaterThan(found.accepted().risk());
            Evidence tested = search == Search.BINARY ? evidence.all() : evidence.testing();
            assertThat(found.accepted()).isEqualTo(tested.accepted(found.threshold()));
            assertThat(found.accepted().riskBound(delta)).isLessThan(targetRisk);
        });
    }

    private static double orNothing(Optional<CertifiedThreshold> found) {
        return found.map(CertifiedThreshold::threshold).orElse(Double.POSITIVE_INFINITY);
    }

    /** Few different scores, so that many are tied; some that no threshold may accept. */
    @Provide
    Arbitrary<Answer[]> answers() {
        Arbitrary<Double> score =
                Arbitraries.integers().between(-1, 40).map(i -> i < 0 ? Double.NEGATIVE_INFINITY : i / 40.0);
        Arbitrary<Double> luck = Arbitraries.doubles().between(0, 1);
        return Combinators.combine(score, luck, Arbitraries.of(true, false))
                .as((s, l, first) -> new Answer(s, l > 0.6 + 0.4 * s, first))
                .array(Answer[].class)
                .ofMaxSize(120);
    }

    private static SplitEvidence evidence(Answer... answers) {
        double[] scores = new double[answers.length];
        boolean[] wrong = new boolean[answers.length];
        boolean[] first = new boolean[answers.length];
        for (int i = 0; i < answers.length; i++) {
            scores[i] = answers[i].score();
            wrong[i] = answers[i].wrong();
            first[i] = answers[i].first();
        }
        return SplitEvidence.of(scores, wrong, first);
    }
}
