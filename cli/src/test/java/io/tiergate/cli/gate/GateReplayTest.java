package io.tiergate.cli.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tiergate.gate.GateRules;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class GateReplayTest {
    private static final List<String> LABELS = List.of("no", "yes");

    private static Trace replay(
            GateRules rules, int delay, boolean review, int requests, IntFunction<ReplaySample> samples) {
        return new GateReplay(
                        rules,
                        LABELS,
                        Optional.empty(),
                        new SplittableRandom(1),
                        new GateReplay.Course(delay, review, 1))
                .run(requests, samples);
    }

    @Test
    void theGateDecidesByItsThreshold() {
        Trace trace = replay(
                GateRules.fixed(0.8, 0),
                0,
                true,
                4,
                i -> Samples.judged(i % 2 == 0 ? Samples.SURE : Samples.UNSURE, 0));

        assertThat(trace.fates()).containsExactly(Fate.ACCEPTED, Fate.ESCALATED, Fate.ACCEPTED, Fate.ESCALATED);
        assertThat(trace.reasons()).containsEntry("confident", 2).containsEntry("below-threshold", 2);
        assertThat(trace.thresholdAtStart()).isEqualTo(0.8);
    }

    @Test
    void aVerdictIsLearnedSoManyRequestsLaterAndNoSooner() {
        // All are audited. At the end of 500 requests the gate knows the verdicts on all but the latest hundred.
        Trace late = replay(GateRules.fixed(0.8, 1), 100, true, 500, i -> Samples.judged(Samples.SURE, 0));
        assertThat(late.windows()).hasSize(1);
        assertThat(late.windows().getFirst().estimate().audits()).isEqualTo(500);
        assertThat(late.windows().getFirst().estimate().open()).isEqualTo(100);

        Trace never = replay(GateRules.fixed(0.8, 1), 500, true, 500, i -> Samples.judged(Samples.SURE, 0));
        assertThat(never.windows().getFirst().estimate().open()).isEqualTo(500);

        Trace atOnce = replay(GateRules.fixed(0.8, 1), 0, true, 500, i -> Samples.judged(Samples.SURE, 0));
        assertThat(atOnce.windows().getFirst().estimate().open()).isZero();
    }

    @Test
    void whatTheEnsembleParksIsOpenUntilAPersonHasLabelledIt() {
        IntFunction<ReplaySample> wrongAndParked = i -> Samples.parked(Samples.SURE, 1);
        Trace reviewed = replay(GateRules.fixed(0.8, 1), 100, true, 1500, wrongAndParked);

        // Parked 100 requests after the answer, labelled 1000 after that.
        assertThat(reviewed.windows())
                .extracting(each -> each.estimate().open())
                .containsExactly(500L, 1000L, 1100L);
        // Of 1500 audits 400 are known to be wrong; of 1000 that are open and parked the ensemble gives 0.4 each; of
        // the
        // latest 100 nobody has said anything.
        assertThat(reviewed.windows().get(2).estimate().estimated()).isCloseTo((400 + 0.4 * 1000) / 1400, within(1e-9));

        Trace unreviewed = replay(GateRules.fixed(0.8, 1), 100, false, 1500, wrongAndParked);
        assertThat(unreviewed.windows().get(2).estimate().open()).isEqualTo(1500);
    }

    @Test
    void withoutAnEnsembleNothingIsLearned() {
        Trace trace = replay(GateRules.fixed(0.8, 1), 0, true, 500, i -> Samples.alone(Samples.SURE, 0));

        assertThat(trace.windows().getFirst().estimate().open()).isEqualTo(500);
    }

    @Test
    void theLastWindowMayBeShorter() {
        Trace trace = replay(GateRules.fixed(0.8, 0), 0, true, 1200, i -> Samples.alone(Samples.SURE, 0));

        assertThat(trace.windows()).hasSize(3);
        assertThat(trace.fates()).hasSize(1200);
    }
}
