package io.tiergate.cli.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tiergate.gate.GateRules;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReckoningTest {
    private static final OptionalDouble TARGET = OptionalDouble.of(0.03);

    private static ReplayReport report(
            GateRules rules,
            int requests,
            OptionalDouble target,
            OptionalInt driftAt,
            boolean review,
            IntFunction<ReplaySample> samples) {
        Trace trace = new GateReplay(
                        rules,
                        List.of("no", "yes"),
                        Optional.empty(),
                        new SplittableRandom(1),
                        new GateReplay.Course(100, review, 1))
                .run(requests, samples);
        Reckoning.Subject subject = new Reckoning.Subject("fixed", 1, Optional.empty(), target, driftAt, review);
        return new Reckoning(subject, trace, samples).report();
    }

    private static ReplayReport acceptAll(int requests, OptionalDouble target, IntFunction<ReplaySample> samples) {
        return report(GateRules.fixed(0.5, 0), requests, target, OptionalInt.empty(), true, samples);
    }

    /** For 500 accepted at 3 %: 26 or more wrong have a probability of 0.0055, 27 or more of 0.0029. */
    @ParameterizedTest
    @CsvSource({"26, 0", "27, 1", "200, 1"})
    void aWindowViolatesTheTargetBeyondTheExactLimitAtTheLevelSharedByAll(int wrong, int violations) {
        // Two windows, so half of 0.01 each.
        ReplayReport report = acceptAll(1000, TARGET, i -> Samples.alone(Samples.SURE, i < wrong ? 1 : 0));

        assertThat(report.violations()).isEqualTo(violations);
        assertThat(report.windows().getFirst().trueRisk()).isCloseTo(wrong / 500.0, within(1e-12));
        assertThat(report.windows().get(1).trueRisk()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0.1, 1.0", "0.05, 0.94", "0.01, 0.90", "0.5, 1.0"})
    void theOracleAcceptsAllThatIsRightAndAsMuchElseAsTheTargetAllows(double target, double coverage) {
        ReplayReport report =
                acceptAll(100, OptionalDouble.of(target), i -> Samples.alone(Samples.SURE, i < 10 ? 1 : 0));

        assertThat(report.oracleCoverageAtTarget()).isEqualTo(coverage);
    }

    @Test
    void whatIsSentGetsTheVerdictAndWhatIsAcceptedKeepsTheEdgesAnswer() {
        // Wrong edges all: accepted, escalated to a sure ensemble, escalated to an unsure one that is wrong itself.
        IntFunction<ReplaySample> samples = i -> switch (i % 3) {
            case 0 -> Samples.judged(Samples.SURE, 1);
            case 1 -> Samples.judged(Samples.UNSURE, 1);
            default -> Samples.parked(Samples.UNSURE, 1);
        };
        ReplayReport reviewed = report(GateRules.fixed(0.8, 0), 30, TARGET, OptionalInt.empty(), true, samples);
        ReplayReport unreviewed = report(GateRules.fixed(0.8, 0), 30, TARGET, OptionalInt.empty(), false, samples);

        assertThat(reviewed.edgeAccuracy()).isZero();
        assertThat(reviewed.tieredAccuracy()).isCloseTo(2 / 3.0, within(1e-12));
        assertThat(reviewed.reviewed()).isEqualTo(10);
        assertThat(unreviewed.tieredAccuracy()).isCloseTo(1 / 3.0, within(1e-12));
        assertThat(unreviewed.reviewed()).isZero();
        assertThat(reviewed.ensembleAccuracy()).isCloseTo(2 / 3.0, within(1e-12));
        assertThat(reviewed.escalated()).isEqualTo(20);
        assertThat(reviewed.wrongAccepted()).isEqualTo(10);
    }

    @Test
    void anAuditedAnswerIsAcceptedButEndsRight() {
        ReplayReport report = report(
                GateRules.fixed(0.8, 1), 10, TARGET, OptionalInt.empty(), true, i -> Samples.judged(Samples.SURE, 1));

        assertThat(report.accepted()).isEqualTo(10);
        assertThat(report.audited()).isEqualTo(10);
        assertThat(report.wrongAccepted()).isEqualTo(10);
        assertThat(report.tieredAccuracy()).isEqualTo(1);
    }

    @Test
    void wrongAnswersAfterTheDriftAreCountedFromItsIndexOn() {
        IntFunction<ReplaySample> wrongOnesAround =
                i -> Samples.alone(Samples.SURE, i == 9 || i == 10 || i == 11 ? 1 : 0);

        assertThat(report(GateRules.fixed(0.5, 0), 20, TARGET, OptionalInt.of(10), true, wrongOnesAround)
                        .wrongAcceptedAfterDrift())
                .isEqualTo(2);
        assertThat(acceptAll(20, TARGET, wrongOnesAround).wrongAcceptedAfterDrift())
                .isZero();
        assertThat(report(GateRules.fixed(0.5, 0), 20, TARGET, OptionalInt.of(30), true, wrongOnesAround)
                        .wrongAcceptedAfterDrift())
                .isZero();
    }

    @Test
    void theJsonHasItsKeysAndNoNumberThatJsonDoesNotKnow(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("report.json");
        report(
                        GateRules.fixed(2, 0),
                        600,
                        OptionalDouble.empty(),
                        OptionalInt.empty(),
                        true,
                        i -> Samples.alone(Samples.SURE, 0))
                .write(file);

        JsonNode json = new ObjectMapper().readTree(Files.readString(file));
        assertThat(keys(json))
                .contains(
                        "requests",
                        "accepted",
                        "escalated",
                        "audited",
                        "coverage",
                        "true_risk",
                        "target_risk",
                        "threshold_start",
                        "threshold_end",
                        "certified_coverage",
                        "tiered_accuracy",
                        "edge_accuracy",
                        "oracle_coverage_at_target",
                        "wrong_accepted",
                        "wrong_accepted_after_drift",
                        "alarms",
                        "windows",
                        "violations");
        assertThat(keys(json.get("windows").get(1)))
                .containsExactlyInAnyOrder(
                        "from",
                        "to",
                        "accepted",
                        "true_risk",
                        "estimated_risk",
                        "lower_bound",
                        "upper_bound",
                        "threshold",
                        "escalation_rate");
        assertThat(json.get("windows").get(1).get("from").asInt()).isEqualTo(500);
        assertThat(json.get("windows").get(1).get("to").asInt()).isEqualTo(600);
        assertThat(json.get("windows").get(1).get("escalation_rate").asDouble()).isEqualTo(1);
        assertThat(json.get("true_risk").isNull()).isTrue();
        assertThat(json.get("target_risk").isNull()).isTrue();
        assertThat(json.get("violations").isNull()).isTrue();
        assertThat(Files.readString(file)).doesNotContain("NaN").doesNotContain("Infinity");
    }

    private static List<String> keys(JsonNode object) {
        Iterable<String> names = object::fieldNames;
        return StreamSupport.stream(names.spliterator(), false).toList();
    }
}
