package io.tiergate.edge.api;

import static io.tiergate.edge.api.Requests.doubtful;
import static io.tiergate.edge.api.RunningGateway.eventually;
import static io.tiergate.edge.api.RunningGateway.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import io.tiergate.edge.verdict.Arrivals;
import io.tiergate.proto.v1.Decision;
import io.tiergate.proto.v1.InferOptions;
import io.tiergate.proto.v1.InferResponse;
import io.tiergate.proto.v1.SampleResult;
import io.tiergate.proto.v1.Tier;
import io.tiergate.proto.v1.Verdict;
import io.tiergate.proto.v1.VerdictSource;
import io.tiergate.testing.CertifiedModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a preset in the package makes of calls, whatever they ask. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PresetTest {
    private static final InferOptions NOTHING = InferOptions.getDefaultInstance();
    /** Longer than any call here may take. */
    private static final InferOptions LONG = waiting(Duration.newBuilder().setSeconds(3600));

    private static final InferOptions SHORT = waiting(Duration.newBuilder().setNanos(1_000_000));

    @TempDir
    Path folder;

    @Test
    void whereAnswersShallBeFastNobodyWaitsHoweverLongItAsks() throws Exception {
        try (RunningGateway gateway = start("answer-fast", "1h")) {
            SampleResult result = result(infer(gateway, LONG));

            assertProvisional(result);
            assertThat(gateway.promised()).containsExactly(result.getEscalationId());
            assertThat(Arrivals.expected(gateway.waiters)).isEmpty();
        }
    }

    @Test
    void whereAnswersShallBeSureACallThatAsksForNothingWaitsForItsVerdict() throws Exception {
        try (RunningGateway gateway = start("ask-when-unsure", "1h")) {
            Recorder<InferResponse> reply = infer(gateway, NOTHING);
            eventually().until(() -> gateway.promised().size() == 1);
            String id = gateway.promised().get(0);
            assertThat(Arrivals.expected(gateway.waiters)).containsExactly(id);
            assertThat(reply.end()).isNotDone();

            Arrivals.tell(
                    gateway.waiters,
                    Verdict.newBuilder()
                            .setEscalationId(id)
                            .setFinal(Verdict.Final.newBuilder()
                                    .setLabel("b")
                                    .setSource(VerdictSource.VERDICT_SOURCE_ENSEMBLE)
                                    .setRank(10))
                            .build());

            SampleResult result = result(reply);
            assertThat(result.getLabel()).isEqualTo("b");
            assertThat(result.getTier()).isEqualTo(Tier.TIER_CLOUD);
            assertThat(result.getProvisional()).isFalse();
        }
    }

    @Test
    void whereAnswersShallBeSureNoCallWaitsLongerThanTheGatewayLets() throws Exception {
        try (RunningGateway gateway = start("ask-when-unsure", "0.001s")) {
            assertProvisional(result(infer(gateway, NOTHING)));
        }
    }

    @Test
    void whereAnswersShallBeSureACallMayWaitForLess() throws Exception {
        try (RunningGateway gateway = start("ask-when-unsure", "1h")) {
            assertProvisional(result(infer(gateway, SHORT)));
        }
    }

    @Test
    void whereNothingMayLeaveNothingIsPromised() throws Exception {
        try (RunningGateway gateway = start("local-only", "1h")) {
            SampleResult result = result(infer(gateway, LONG));

            assertThat(result.getDecision()).isEqualTo(Decision.DECISION_LOCAL_ONLY);
            assertThat(result.getEscalationId()).isEmpty();
            assertThat(gateway.promised()).isEmpty();
        }
    }

    @Test
    void inTheShadowADoubtfulAnswerStandsAndIsChecked() throws Exception {
        try (RunningGateway gateway = new RunningGateway(
                folder,
                "1h",
                models -> gate(models.resolve("tiny-edge/1"), "gate: { preset: shadow, audit-rate: 1 }"))) {
            SampleResult result = result(infer(gateway, LONG));

            assertThat(result.getDecision()).isEqualTo(Decision.DECISION_ACCEPTED);
            assertThat(result.getProvisional()).isFalse();
            assertThat(gateway.promised()).containsExactly(result.getEscalationId());
        }
    }

    private RunningGateway start(String preset, String maxWait) throws IOException {
        return new RunningGateway(
                folder,
                maxWait,
                models -> CertifiedModels.certify(models.resolve("tiny-edge/1"), ", preset: " + preset));
    }

    private static void gate(Path version, String rules) throws IOException {
        Path manifest = version.resolve("model.yaml");
        Files.writeString(manifest, Files.readString(manifest).replaceFirst("gate: .*", rules));
    }

    private static Recorder<InferResponse> infer(RunningGateway gateway, InferOptions options) {
        Recorder<InferResponse> reply = new Recorder<>();
        gateway.asyncClient()
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .infer(request("tiny-edge", doubtful()).setOptions(options).build(), reply);
        return reply;
    }

    private static SampleResult result(Recorder<InferResponse> reply) {
        reply.end().join();
        return reply.received().get(0).getResults(0);
    }

    private static void assertProvisional(SampleResult result) {
        assertThat(result.getDecision()).isEqualTo(Decision.DECISION_ESCALATED);
        assertThat(result.getProvisional()).isTrue();
        assertThat(result.getTier()).isEqualTo(Tier.TIER_EDGE);
        assertThat(result.getEscalationId()).isNotEmpty();
    }

    private static InferOptions waiting(Duration.Builder wait) {
        return InferOptions.newBuilder().setWait(wait).build();
    }
}
