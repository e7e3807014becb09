package io.tiergate.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tiergate.gate.check.Statistic;
import io.tiergate.gate.control.Label;
import io.tiergate.gate.control.Outcome;
import io.tiergate.model.GateReader;
import io.tiergate.model.RefusedPackageException;
import io.tiergate.testing.CertifiedModels;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What a gate makes of the rules that a package may have. */
class GateRulesTest {
    private static final List<String> LABELS = List.of("ok", "scratch");
    private final AtomicLong nanos = new AtomicLong();

    @Test
    void aFixedThresholdByClassTakesThePlaceOfTheGeneralOne() throws Exception {
        Gate gate = gate("policy: fixed, threshold: 0.5, class-thresholds: { scratch: 0.2 }");

        assertThat(decide(gate, 0, 0.4)).isEqualTo(new GateDecision.Escalate("below-threshold", 0.5, 0, true));
        assertThat(decide(gate, 1, 0.3)).isInstanceOf(GateDecision.Accept.class);
        assertThat(decide(gate, 1, 0.1)).isEqualTo(new GateDecision.Escalate("below-class-threshold", 0.2, 0, true));
    }

    @Test
    void aThresholdByClassNeverLoosensAPromise() throws Exception {
        Gate gate = gate("policy: risk, audit-rate: 0, class-thresholds: { ok: 0.9, scratch: 0.1 }");

        assertThat(decide(gate, 0, 0.6)).isEqualTo(new GateDecision.Escalate("below-class-threshold", 0.9, 0, true));
        assertThat(decide(gate, 1, 0.4)).isEqualTo(new GateDecision.Escalate("below-threshold", 0.5, 0, true));
    }

    @Test
    void aThresholdOfAnUnknownClassIsRefused() {
        assertThatThrownBy(() -> gate("policy: fixed, threshold: 0.5, class-thresholds: { dent: 0.2 }"))
                .hasMessage("gate.class-thresholds: 'dent' (expected: one of the labels [ok, scratch])");
    }

    @Test
    void whatFailsACheckIsUnsureHoweverSureItLooks() throws Exception {
        Gate gate = gate("policy: risk, audit-rate: 0");
        Reading reading = scored(0, 0.99);

        assertThat(gate.decide(reading, GateRequest.DEFAULT, Statistic.INPUT_LOWEST))
                .isEqualTo(new GateDecision.Escalate("check:input-lowest", 0.5, 0, true));
    }

    @Test
    void withPresetLocalOnlyNothingLeaves() throws Exception {
        Gate gate = gate("preset: local-only, policy: fixed, threshold: 0.5, audit-rate: 1.0");

        assertThat(decide(gate, 0, 0.4)).isEqualTo(new GateDecision.KeepLocal("below-threshold", 0.5));
        assertThat(decide(gate, 0, 0.9)).matches(decision -> !((GateDecision.Accept) decision).isAudited());
    }

    @Test
    void withPresetShadowEverythingReadableIsAcceptedAndSomeAudited() throws Exception {
        Gate gate = gate("preset: shadow, audit-rate: 0.2");
        int audited = 0;
        for (int i = 0; i < 1000; i++) {
            GateDecision decision = decide(gate, 0, 0.01);
            assertThat(decision).isInstanceOf(GateDecision.Accept.class);
            audited += ((GateDecision.Accept) decision).isAudited() ? 1 : 0;
        }
        assertThat(audited).isBetween(140, 260);
        assertThat(gate.decide(Reading.of(), GateRequest.DEFAULT)).isInstanceOf(GateDecision.Escalate.class);
        assertThat(gate.decide(scored(0, 0.9), GateRequest.DEFAULT, Statistic.INPUT_MEAN))
                .as("strange, but readable")
                .isInstanceOf(GateDecision.Accept.class);
    }

    @Test
    void aBudgetIsKeptAndWhatIsBeyondItIsShed() throws Exception {
        Gate gate = gate("policy: fixed, threshold: 0.5, max-escalation-rate: 0.1");
        int escalated = 0;
        int shed = 0;
        for (int i = 0; i < 10_000; i++) {
            switch (decide(gate, 0, i % 2 == 0 ? 0.2 : 0.9)) {
                case GateDecision.Escalate escalate -> escalated++;
                case GateDecision.Shed over -> {
                    assertThat(over.reason()).isEqualTo("over-budget");
                    shed++;
                }
                default -> {}
            }
        }
        assertThat(escalated / 10_000.0).isCloseTo(0.1, within(0.005));
        assertThat(escalated + shed).isEqualTo(5000);
        assertThat(gate.snapshot().shed()).isEqualTo(shed);
    }

    @Test
    void aBudgetThatYieldsIsOverspentAndSaysSo() throws Exception {
        Gate gate = gate("policy: fixed, threshold: 0.5, max-escalation-rate: 0.0, yields: budget");

        assertThat(decide(gate, 0, 0.2)).isInstanceOf(GateDecision.Escalate.class);
        assertThat(gate.snapshot().overspent()).isEqualTo(1);
        assertThat(gate.snapshot().exhausted()).isTrue();
    }

    @Test
    void whatIsAnsweredByAKnownVerdictGivesBackOnlyWhatItHasTaken() throws Exception {
        Gate gate = gate("policy: fixed, threshold: 0.5, max-escalation-rate: 0.0, yields: budget");

        for (int i = 0; i < 3; i++) {
            gate.resolved((GateDecision.Escalate) decide(gate, 0, 0.2));
        }
        assertThat(gate.snapshot().overspent()).isZero();
        assertThat(gate.snapshot().exhausted()).isTrue();
    }

    @Test
    void aBudgetThatYieldsHasNoDebtsOnceItIsEnoughAgain() throws Exception {
        Gate gate = gate(
                "policy: fixed, threshold: 0.5, max-escalation-rate: 0.1, max-bytes-per-day: 24kB, yields: budget");
        for (int i = 0; i < 10_000; i++) {
            decide(gate, 0, 0.2);
            gate.spent(1000);
        }
        assertThat(gate.snapshot().exhausted()).isTrue();
        assertThat(gate.snapshot().overspent()).isBetween(8_900L, 10_000L);

        nanos.addAndGet(3_600_000_000_000L);
        for (int i = 0; i < 20; i++) {
            decide(gate, 0, 0.9);
        }

        assertThat(gate.snapshot().exhausted()).isFalse();
    }

    @Test
    void theShareOfUnsureAnswersIsAsSoonRightAfterARestart() throws Exception {
        Gate before = gate("policy: risk, audit-rate: 0");
        for (int i = 0; i < 5_000; i++) {
            decide(before, 0, i % 4 == 0 ? 0.2 : 0.9);
        }
        Gate after = gate("policy: risk, audit-rate: 0");
        after.restore(before.save());
        for (int i = 0; i < 100; i++) {
            decide(after, 0, i % 4 == 0 ? 0.2 : 0.9);
        }

        assertThat(after.snapshot().decided()).isEqualTo(5_100);
        assertThat(after.snapshot().escalationRatio()).isCloseTo(0.25, within(0.02));
    }

    @Test
    void howeverTrafficChangesAuditsAreDrawnAtFewRates() throws Exception {
        Set<Double> rates = new HashSet<>();
        for (int load = 1; load <= 200; load++) {
            // As if the gateway was started anew at many times of the day.
            Gate gate = gate("policy: risk, audit-rate: auto");
            for (int i = 0; i < 8192; i++) {
                nanos.addAndGet(1_000_000_000L + 300_000_000L * load);
                decide(gate, 0, 0.9);
            }
            rates.add(gate.snapshot().auditRate());
        }
        assertThat(rates).hasSizeBetween(4, 10).allMatch(rate -> rate >= 0.002 && rate <= 0.05);
    }

    @Test
    void bytesADayComeBackWithTime() throws Exception {
        Gate gate = gate("policy: fixed, threshold: 0.5, max-bytes-per-day: 24kB");
        assertThat(decide(gate, 0, 0.2)).isInstanceOf(GateDecision.Escalate.class);
        gate.spent(1000);
        assertThat(decide(gate, 0, 0.2)).isInstanceOf(GateDecision.Shed.class);

        nanos.addAndGet(3_600_000_000_000L);

        assertThat(decide(gate, 0, 0.2)).as("1,000 bytes an hour").isInstanceOf(GateDecision.Escalate.class);
    }

    @Test
    void samplesThatMustStayCostNothingAndAreNotShed() throws Exception {
        Gate gate = gate("policy: fixed, threshold: 0.5, max-escalation-rate: 0.0");
        GateRequest staying = GateRequest.DEFAULT.staying();

        assertThat(gate.decide(scored(0, 0.2), staying)).isInstanceOf(GateDecision.KeepLocal.class);
        assertThat(gate.snapshot().shed()).isZero();
    }

    @Test
    void aBudgetPolicyEscalatesItsShareWhateverTheScores() throws Exception {
        Gate gate = gate("policy: budget, max-escalation-rate: 0.2");
        SplittableRandom random = new SplittableRandom(3);
        int escalated = 0;
        for (int i = 0; i < 20_000; i++) {
            // Nothing like the even spread of the reference.
            double margin = Math.pow(random.nextDouble(), 4);
            escalated += decide(gate, 0, margin) instanceof GateDecision.Escalate ? 1 : 0;
        }
        assertThat(escalated / 20_000.0).isCloseTo(0.2, within(0.01));
    }

    @Test
    void theEnsembleNeverLoosensAPromise() throws Exception {
        Gate gate = gate("policy: risk, audit-rate: 0.5");
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 20_000; i++) {
            double margin = random.nextDouble();
            GateDecision decision = decide(gate, 0, margin);
            boolean audited = decision instanceof GateDecision.Accept accept && accept.isAudited();
            if (audited || decision instanceof GateDecision.Escalate) {
                gate.learned(new Outcome(
                        i,
                        gate.snapshot().epoch(),
                        margin,
                        audited,
                        audited ? 0.5 : 1,
                        new Label.ByEnsemble(false),
                        Optional.empty()));
            }
            assertThat(gate.snapshot().threshold()).isGreaterThanOrEqualTo(CertifiedModels.THRESHOLD);
        }
    }

    @Test
    void rulesThatContradictThemselvesAreRefused() {
        assertRefused("policy: risk, threshold: 0.5", "gate.threshold belongs to policy fixed, not to risk");
        assertRefused(
                "policy: fixed, threshold: 0.5, target-risk: 0.03",
                "gate.target-risk and gate.confidence belong to policy risk, not to fixed");
        assertRefused(
                "preset: shadow, policy: risk",
                "gate.policy: risk (expected: none with preset shadow, which accepts all)");
        assertRefused(
                "preset: quick", "gate.preset: quick (expected: answer-fast, ask-when-unsure, local-only, shadow)");
        assertRefused(
                "policy: fixed, threshold: 0.5, audit-rate: auto",
                "gate.audit-rate: auto (expected: a number from 0.0 to 1.0)");
        assertRefused(
                "policy: risk, max-bytes-per-day: much",
                "gate.max-bytes-per-day: much (expected: a number of bytes, or a size as 500MB or 2GB)");
        assertRefused(
                "policy: fixed, threshold: 0.5, stratified-audits: true",
                "gate.stratified-audits belongs to policy risk, not to fixed");
        assertThatThrownBy(() -> GateReader.parse("policy: risk, target-risk: 3"))
                .hasMessage("target-risk: 3.0 (expected: above 0.0 and below 1.0). It is a share; for 3 % write 0.03.");
        assertThatThrownBy(() -> GateReader.parse("policy: risk, confidence: 99"))
                .hasMessage(
                        "confidence: 99.0 (expected: above 0.0 and below 1.0). It is a probability; for 99 % write 0.99.");
        assertRefused("threshold: 0.5", "gate.policy is missing (expected: fixed, risk or budget)");
        assertThatThrownBy(() -> GateReader.parse("policy: budget"))
                .hasMessageStartingWith("gate.max-escalation-rate is missing");
    }

    @Test
    void aPresetAloneAsksForWhateverTheCertificatePromises() throws Exception {
        GateRules rules = GateReader.parse("preset: ask-when-unsure");

        assertThat(rules.policy()).isEqualTo(new GatePolicy.Risk(OptionalDouble.empty(), OptionalDouble.empty()));
        assertThat(rules.audits().rate()).as("auto").isEmpty();
        assertThat(rules.preset()).contains(Preset.ASK_WHEN_UNSURE);
    }

    @Test
    void sizesAreDecimalUnlessTheySayOtherwise() throws Exception {
        assertThat(bytes("2GB")).isEqualTo(2_000_000_000L);
        assertThat(bytes("1.5MiB")).isEqualTo(1_572_864L);
        assertThat(bytes("4096")).isEqualTo(4096L);
    }

    private static long bytes(String size) throws RefusedPackageException {
        return GateReader.parse("policy: risk, max-bytes-per-day: " + size)
                .budget()
                .bytesADay()
                .orElseThrow();
    }

    private static void assertRefused(String rules, String message) {
        assertThatThrownBy(() -> GateReader.parse(rules))
                .isInstanceOf(RefusedPackageException.class)
                .hasMessage("model.yaml: " + message);
    }

    private Gate gate(String rules) throws RefusedPackageException {
        return Gate.of(
                GateReader.parse(rules),
                LABELS,
                Optional.of(CertifiedModels.certificate("sha256:1")),
                new SplittableRandom(1),
                nanos::get);
    }

    private static GateDecision decide(Gate gate, int top, double margin) {
        return gate.decide(scored(top, margin), GateRequest.DEFAULT);
    }

    private static Reading scored(int top, double margin) {
        double most = (1 + margin) / 2;
        Reading reading = top == 0 ? Reading.of(most, 1 - most) : Reading.of(1 - most, most);
        new Confidence(Score.Formula.MARGIN, 1, Activation.NONE).read(reading, 2);
        return reading;
    }
}
