package io.tiergate.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tiergate.gate.Activation;
import io.tiergate.gate.Distribution;
import io.tiergate.gate.Reading;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CombinationTest {
    @Test
    void aSoftVoteIsTheMeanOfTheProbabilities() {
        List<Distribution> members = List.of(Distribution.of(0.9, 0.1), Distribution.of(0.3, 0.7));

        assertClose(Combination.SOFT_VOTE.combine(members, 1, 1), 0.6, 0.4);
    }

    @Test
    void aWeightCountsByItsRatioToTheOthers() {
        List<Distribution> members = List.of(Distribution.of(0.9, 0.1), Distribution.of(0.3, 0.7));

        assertClose(Combination.SOFT_VOTE.combine(members, 2, 1), 0.7, 0.3);
        assertClose(Combination.SOFT_VOTE.combine(members, 20, 10), 0.7, 0.3);
    }

    @Test
    void aLogOpinionIsTheGeometricMean() {
        // The roots of 0.8 * 0.2 and 0.2 * 0.8 are the same, so the members cancel each other out.
        assertClose(
                Combination.LOG_OPINION.combine(List.of(Distribution.of(0.8, 0.2), Distribution.of(0.2, 0.8)), 1, 1),
                0.5,
                0.5);
        // Odds of 9 and 1 have the geometric mean 3.
        assertClose(
                Combination.LOG_OPINION.combine(List.of(Distribution.of(0.9, 0.1), Distribution.of(0.5, 0.5)), 1, 1),
                0.75,
                0.25);
    }

    @Test
    void inALogOpinionNoMemberVetoesAloneWhatAllOthersAreSureOf() {
        List<Distribution> members =
                List.of(Distribution.of(1, 0), Distribution.of(1, 0), Distribution.of(1, 0), Distribution.of(0, 1));

        assertThat(Combination.LOG_OPINION.combine(members, 1, 1, 1, 1).get(0)).isGreaterThan(0.99);
    }

    @Test
    void aMajorityCountsTopClassesOnly() {
        List<Distribution> members =
                List.of(Distribution.of(0.51, 0.49), Distribution.of(0.51, 0.49), Distribution.of(0, 1));

        assertClose(Combination.MAJORITY.combine(members, 1, 1, 1), 2.0 / 3, 1.0 / 3);
        assertClose(Combination.MAJORITY.combine(members, 1, 1, 3), 0.4, 0.6);
    }

    @ParameterizedTest
    @EnumSource
    void weightsOfMembersThatAreLeftOutDoNotCount(Combination combination) {
        List<Distribution> one = List.of(Distribution.of(0.7, 0.3));

        assertThat(combination.combine(one, 1, 99)).isEqualTo(combination.combine(one, 1));
    }

    @ParameterizedTest
    @EnumSource
    void whereNoMemberNamesAnyClassNothingIsKnownOfTheClasses(Combination combination) {
        // Sigmoid members may give every class a probability of exactly 0.
        Distribution none = Distribution.of(0, 0, 0);
        Distribution combined = combination.combine(List.of(none, none), 1, 1);

        assertThat(combined.get(0) + combined.get(1) + combined.get(2)).isCloseTo(1, within(1e-12));
    }

    @Test
    void aSoftVoteForNothingIsAsUnsureAsCanBe() {
        Distribution none = Distribution.of(0, 0, 0);

        assertThat(Combination.SOFT_VOTE.combine(List.of(none, none), 1, 1).entropy())
                .isCloseTo(Math.log(3), within(1e-12));
    }

    @ParameterizedTest
    @EnumSource
    void weightsAtTheEndsOfTheirRangeBreakNoArithmetic(Combination combination) {
        List<Distribution> members = List.of(Distribution.of(0.9, 0.1), Distribution.of(0.8, 0.2));

        for (double weight : new double[] {Double.MIN_VALUE, Double.MAX_VALUE}) {
            Distribution combined = combination.combine(members, weight, weight);
            Distribution plain = combination.combine(members, 1, 1);
            assertClose(combined, plain.get(0), plain.get(1));
        }
    }

    @Property
    void everyCombinationSumsToOne(
            @ForAll Combination combination, @ForAll("members") List<Distribution> members, @ForAll Random random) {
        double[] weights = random.doubles(members.size(), 0.01, 10).toArray();
        Distribution combined = combination.combine(members, weights);
        double sum = 0;
        for (int i = 0; i < combined.size(); i++) {
            assertThat(combined.get(i)).isBetween(0.0, 1.0 + 1e-12);
            sum += combined.get(i);
        }
        assertThat(sum).isCloseTo(1, within(1e-12));
    }

    @Property
    void theOrderOfMembersWithEqualWeightsDoesNotMatter(
            @ForAll Combination combination,
            @ForAll("members") List<Distribution> members,
            @ForAll @IntRange(min = 1, max = 100) int weight,
            @ForAll Random random) {
        double[] weights = new double[members.size()];
        Arrays.fill(weights, weight);
        List<Distribution> shuffled = new ArrayList<>(members);
        Collections.shuffle(shuffled, random);

        Distribution one = combination.combine(members, weights);
        Distribution other = combination.combine(shuffled, weights);

        for (int i = 0; i < one.size(); i++) {
            assertThat(other.get(i)).isCloseTo(one.get(i), within(1e-12));
        }
    }

    @Property
    void membersThatAllSayTheSameAreNotChangedByVoting(@ForAll("members") List<Distribution> members) {
        Distribution first = members.get(0);
        Distribution combined = Combination.SOFT_VOTE.combine(List.of(first, first, first), 1, 2, 3);

        for (int i = 0; i < first.size(); i++) {
            assertThat(combined.get(i)).isCloseTo(first.get(i), within(1e-12));
        }
    }

    private static void assertClose(Distribution actual, double... expected) {
        assertThat(actual.size()).isEqualTo(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual.get(i)).isCloseTo(expected[i], within(1e-12));
        }
    }

    private static Distribution softmax(double[] logits) {
        Reading reading = Reading.of(logits);
        reading.activate(Activation.SOFTMAX, 1, logits.length);
        return reading.distribution();
    }

    /** One to six members' distributions over four classes. */
    @Provide
    Arbitrary<List<Distribution>> members() {
        return Arbitraries.doubles()
                .between(-30, 30)
                .array(double[].class)
                .ofSize(4)
                .map(CombinationTest::softmax)
                .list()
                .ofMinSize(1)
                .ofMaxSize(6);
    }
}
