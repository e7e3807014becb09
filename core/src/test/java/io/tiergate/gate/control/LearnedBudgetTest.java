package io.tiergate.gate.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tiergate.gate.certificate.Quantiles;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * A world of two classes with the same scores. Of class 0 the unsurer an answer, the more often the verdict corrects it; of class 1 the edge
 * is unsure as often, but the verdict never corrects it. Who knows that gets more corrections for the same budget.
 */
class LearnedBudgetTest {
    private static final double SHARE = 0.2;
    private static final int SAMPLES = 20_000;
    private static final Quantiles EVEN =
            Quantiles.of(IntStream.range(0, 1000).mapToDouble(i -> i / 1000.0).toArray());

    private record Spent(double share, int corrections) {}

    @Test
    void spendsTheBudgetWhereVerdictsCorrect() {
        Spent plain = spend(PlainControl.budget(SHARE, EVEN, 0.05), true);
        Spent learned = spend(LearnedBudget.of(SHARE, EVEN, 0.05, 2), true);

        assertThat(plain.share()).isCloseTo(SHARE, within(0.01));
        assertThat(learned.share()).isCloseTo(SHARE, within(0.01));
        assertThat(learned.corrections()).isGreaterThan(plain.corrections() * 13 / 10);
    }

    @Test
    void losesNothingWhereNothingMoreIsToBeLearned() {
        Spent plain = spend(PlainControl.budget(SHARE, EVEN, 0.05), false);
        Spent learned = spend(LearnedBudget.of(SHARE, EVEN, 0.05, 2), false);

        assertThat(learned.share()).isCloseTo(SHARE, within(0.01));
        assertThat(learned.corrections()).isGreaterThan(plain.corrections() * 98 / 100);
    }

    @Test
    void whatItHasLearnedSurvivesARestart() {
        LearnedBudget control = LearnedBudget.of(SHARE, EVEN, 0.05, 2);
        spend(control, true);
        LearnedBudget again = LearnedBudget.of(SHARE, EVEN, 0.05, 2);
        again.restore(control.save());

        for (double score = 0; score < 1; score += 0.01) {
            for (int predicted : new int[] {0, 1}) {
                assertThat(again.accepts(score, again.threshold(), score, predicted))
                        .isEqualTo(control.accepts(score, control.threshold(), score, predicted));
            }
        }
    }

    @Test
    void aThresholdOfTheClassStaysStricterWhateverWasLearned() {
        LearnedBudget control = LearnedBudget.of(SHARE, EVEN, 0.05, 2);
        spend(control, true);

        assertThat(control.accepts(0.9, control.threshold(), 0.9, 1))
                .as("what was learned speaks for it")
                .isTrue();
        assertThat(control.accepts(0.9, 0.95, 0.9, 1)).isFalse();
        assertThat(control.accepts(0.96, 0.95, 0.96, 1)).isTrue();
    }

    private static Spent spend(Control control, boolean classesDiffer) {
        SplittableRandom random = new SplittableRandom(11);
        int escalated = 0;
        int corrections = 0;
        for (int i = 0; i < SAMPLES; i++) {
            double score = random.nextDouble();
            int predicted = random.nextInt(2);
            boolean correctable = !classesDiffer || predicted == 0;
            boolean corrected = random.nextDouble() < 0.8 * (1 - score) * (1 - score) && correctable;
            boolean accepted = control.accepts(score, control.threshold(), score, predicted);
            boolean audited = random.nextDouble() < control.auditProbability(score) && accepted;
            control.decided(score, false);
            if (audited) {
                control.drawn(score, 0.05);
            }
            if (!accepted || audited) {
                escalated += accepted ? 0 : 1;
                corrections += !accepted && corrected ? 1 : 0;
                control.learned(new Outcome(
                        i,
                        0,
                        score,
                        audited,
                        audited ? 0.05 : 1,
                        new Label.ByEnsemble(corrected),
                        Optional.empty(),
                        score,
                        predicted));
            }
        }
        return new Spent((double) escalated / SAMPLES, corrections);
    }
}
