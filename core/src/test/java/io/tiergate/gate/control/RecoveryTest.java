package io.tiergate.gate.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tiergate.gate.certificate.BinomialBounds;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.hipparchus.distribution.discrete.BinomialDistribution;
import org.junit.jupiter.api.Test;

class RecoveryTest {
    private final Recovery recovery = new Recovery();

    /** 150 right answers by people from 0.5 on: P(one error at most) at 0.03 is 0.059, at 0.02 it is 0.20. */
    @Test
    void theLowestThresholdThatTheLabelsSupportFits() {
        add(150, 0.5, new Label.ByPerson(false));
        add(20, 0.4, new Label.ByPerson(true));

        assertThat(recovery.lowestFitting(0.03, 0)).hasValue(0.5);
        assertThat(recovery.lowestFitting(0.02, 0)).isEmpty();
    }

    @Test
    void tiesFitTogetherOrNotAtAll() {
        add(150, 0.5, new Label.ByPerson(false));
        add(20, 0.5, new Label.ByPerson(true));

        assertThat(recovery.lowestFitting(0.03, 0)).isEmpty();
    }

    /** At half the ratio twice as much silence of the ensemble is needed. */
    @Test
    void theEnsemblesSilenceCountsByTheRatio() {
        add(150, 0.5, new Label.ByEnsemble(false));
        assertThat(recovery.lowestFitting(0.03, 1)).hasValue(0.5);
        assertThat(recovery.lowestFitting(0.03, 0.5)).isEmpty();
        assertThat(recovery.lowestFitting(0.03, 0)).isEmpty();

        add(150, 0.5, new Label.ByEnsemble(false));
        assertThat(recovery.lowestFitting(0.03, 0.5)).hasValue(0.5);
    }

    @Test
    void whatNobodyCouldTellCountsAsWrong() {
        add(150, 0.5, new Label.ByPerson(false));
        add(10, 0.5, new Label.Open(0.01));

        assertThat(recovery.lowestFitting(0.03, 0)).isEmpty();
        assertThat(recovery.speaksAgainst(0.5, 0.03, 1)).isTrue();
    }

    @Test
    void noThresholdFitsWhatFailedACheck() {
        add(300, Double.NEGATIVE_INFINITY, new Label.ByPerson(false));

        assertThat(recovery.lowestFitting(0.03, 1)).isEqualTo(OptionalDouble.empty());
        assertThat(recovery.speaksAgainst(0.5, 0.03, 1)).as("nothing above it").isFalse();
    }

    /** The lower bound of 3 in 20 at 0.2 is 0.083. */
    @Test
    void moreErrorsThanExpectedSpeakAgainstAThreshold() {
        add(17, 0.9, new Label.ByPerson(false));
        add(3, 0.8, new Label.ByPerson(true));
        double bound = BinomialBounds.lower(3, 20, 0.2);

        assertThat(bound).isCloseTo(0.0789, within(0.005));
        assertThat(recovery.speaksAgainst(0.8, bound - 1e-9, 1)).isTrue();
        assertThat(recovery.speaksAgainst(0.8, bound + 1e-9, 1)).isFalse();
        assertThat(recovery.speaksAgainst(0.85, 0.001, 1)).isFalse();
    }

    /** Uniform scores that say nothing, and a risk just at the target: any threshold that fits does so by luck. */
    @Test
    void hardlyEverFitsWhereNothingDoes() {
        int fits = 0;
        for (int seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Recovery luck = new Recovery();
            for (int i = 0; i < Recovery.MOST; i++) {
                luck.add(new Checked(i, random.nextDouble(), new Label.ByPerson(random.nextDouble() < 0.03)));
            }
            fits += luck.lowestFitting(0.03, 0).isPresent() ? 1 : 0;
        }
        assertThat(fits).isLessThanOrEqualTo(new BinomialDistribution(300, 0.1).inverseCumulativeProbability(1 - 1e-3));
    }

    @Test
    void keepsTheLatestAndTheirLatestLabels() {
        for (int i = 0; i < Recovery.MOST + 10; i++) {
            recovery.add(new Checked(i, 0.5, new Label.Open(0.5)));
        }
        recovery.relabel(5, new Label.ByPerson(false));
        recovery.relabel(20, new Label.ByPerson(false));

        assertThat(recovery.isRenewed()).isTrue();
        recovery.judged();
        assertThat(recovery.isRenewed()).isFalse();
        assertThat(recovery.save()).hasSize(Recovery.MOST);
        assertThat(recovery.save().get(0).key()).isEqualTo(10);
        assertThat(recovery.save().get(10)).isEqualTo(new Checked(20, 0.5, new Label.ByPerson(false)));
        assertThat(recovery.save()).filteredOn(Checked::byPerson).hasSize(1);

        Recovery restored = new Recovery();
        restored.restore(recovery.save());
        assertThat(restored.save()).isEqualTo(recovery.save());
        restored.clear();
        assertThat(restored.isThin()).isTrue();
    }

    @Property(tries = 50)
    void aHigherTargetNeverFitsAHigherThreshold(
            @ForAll @DoubleRange(min = 0.01, max = 0.4) double target,
            @ForAll @DoubleRange(min = 0, max = 0.4) double rise,
            @ForAll int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Recovery some = new Recovery();
        for (int i = 0; i < 300; i++) {
            double score = random.nextInt(20) / 20.0;
            boolean wrong = random.nextDouble() < 0.4 * (1 - score);
            some.add(new Checked(
                    i, score, random.nextBoolean() ? new Label.ByPerson(wrong) : new Label.ByEnsemble(wrong)));
        }
        assertThat(some.lowestFitting(target + rise, 0.7).orElse(2))
                .isLessThanOrEqualTo(some.lowestFitting(target, 0.7).orElse(2));
    }

    private void add(int count, double score, Label label) {
        for (int i = 0; i < count; i++) {
            recovery.add(new Checked(recovery.size(), score, label));
        }
    }
}
