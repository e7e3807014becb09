package io.tiergate.gate.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.hipparchus.distribution.discrete.BinomialDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a certificate promises, over many draws of the evidence; {@code -Dtiergate.test.streams=1000} makes it sharper. */
class GuaranteeTest {
    private static final int STREAMS = Integer.getInteger("tiergate.test.streams", 200);
    private static final int SIZE = 4000;
    private static final double TARGET = 0.05;
    private static final double DELTA = 0.05;
    /** How often, at most, a test fails although the promise is kept. */
    private static final double BAD_LUCK = 1e-3;

    @ParameterizedTest
    @CsvSource({
        "STEEP, BINARY",
        "GENTLE, BINARY",
        "FLAT, BINARY",
        "STEEP, FIXED_SEQUENCE",
        "GENTLE, FIXED_SEQUENCE",
        "FLAT, FIXED_SEQUENCE"
    })
    void aCertificateMissesItsTargetAtMostAsOftenAsItSays(SyntheticWorld world, Search search) {
        int misses = 0;
        for (int stream = 0; stream < STREAMS; stream++) {
            SplitEvidence evidence = world.draw(SIZE, new SplittableRandom(stream));
            misses += search.threshold(evidence, TARGET, DELTA)
                            .filter(found -> world.risk(found.threshold()) > TARGET)
                            .isPresent()
                    ? 1
                    : 0;
        }
        assertThat(misses).isLessThanOrEqualTo(mostMisses());
    }

    @ParameterizedTest
    @CsvSource({
        "STEEP, BINARY, 0.6",
        "GENTLE, BINARY, 0.15",
        "STEEP, FIXED_SEQUENCE, 0.6",
        "GENTLE, FIXED_SEQUENCE, 0.05"
    })
    void aCertificateIsNotHadByAcceptingNothing(SyntheticWorld world, Search search, double coverage) {
        double covered = 0;
        for (int stream = 0; stream < STREAMS; stream++) {
            covered += search.threshold(world.draw(SIZE, new SplittableRandom(stream)), TARGET, DELTA)
                            .map(found -> 1 - found.threshold())
                            .orElse(0.0)
                    / STREAMS;
        }
        assertThat(covered).isGreaterThan(coverage);
    }

    @Test
    void theLowestThresholdWhoseOwnCountIsLowEnoughMissesOften() {
        for (SyntheticWorld world : new SyntheticWorld[] {SyntheticWorld.STEEP, SyntheticWorld.GENTLE}) {
            int misses = 0;
            for (int stream = 0; stream < STREAMS; stream++) {
                Evidence all = world.draw(SIZE, new SplittableRandom(stream)).all();
                misses += world.risk(naive(all)) > TARGET ? 1 : 0;
            }
            assertThat(misses).as(world.name()).isGreaterThan(STREAMS * 3 / 10);
        }
    }

    private static double naive(Evidence evidence) {
        for (int rank = 0; rank < evidence.size(); rank++) {
            if (evidence.accepted(evidence.score(rank)).risk() <= TARGET) {
                return evidence.score(rank);
            }
        }
        return Double.POSITIVE_INFINITY;
    }

    private static int mostMisses() {
        return new BinomialDistribution(STREAMS, DELTA).inverseCumulativeProbability(1 - BAD_LUCK);
    }
}
