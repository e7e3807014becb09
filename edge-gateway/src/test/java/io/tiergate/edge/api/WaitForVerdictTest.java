package io.tiergate.edge.api;

import static io.tiergate.edge.api.Requests.doubtful;
import static io.tiergate.edge.api.Requests.sure;
import static io.tiergate.edge.api.RunningGateway.eventually;
import static io.tiergate.edge.api.RunningGateway.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import io.tiergate.edge.verdict.Arrivals;
import io.tiergate.proto.v1.Decision;
import io.tiergate.proto.v1.GetVerdictRequest;
import io.tiergate.proto.v1.InferOptions;
import io.tiergate.proto.v1.InferResponse;
import io.tiergate.proto.v1.Purpose;
import io.tiergate.proto.v1.SampleResult;
import io.tiergate.proto.v1.Tier;
import io.tiergate.proto.v1.Verdict;
import io.tiergate.proto.v1.VerdictSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls of Infer that wait for their samples' verdicts. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class WaitForVerdictTest {
    /** Longer than any call here may take. */
    private static final Duration LONG = Duration.newBuilder().setSeconds(3600).build();

    private static final Duration SHORT =
            Duration.newBuilder().setNanos(1_000_000).build();

    @TempDir
    Path folder;

    private RunningGateway gateway;
    private final CountDownLatch ledgerMayGoOn = new CountDownLatch(1);

    @BeforeEach
    void start() throws IOException {
        gateway = new RunningGateway(folder);
    }

    @AfterEach
    void stop() {
        ledgerMayGoOn.countDown();
        gateway.close();
    }

    @Test
    void aVerdictThatComesBeforeTheLedgerHasCommittedIsInTheReply() throws Exception {
        Thread other = holdUpLedger();
        Recorder<InferResponse> reply = infer("tiny-edge", doubtful(), LONG);
        String id = awaitExpected();
        tellVerdict(id);
        assertThat(gateway.promised()).doesNotContain(id);
        assertThat(reply.end()).as("no id is shown before it is on disk").isNotDone();
        ledgerMayGoOn.countDown();
        other.join();

        assertDecided(reply, id);
        assertThat(gateway.promised()).contains(id);
    }

    @Test
    void aVerdictThatComesWhileTheCallWaitsIsInTheReply() throws Exception {
        Recorder<InferResponse> reply = infer("tiny-edge", doubtful(), LONG);
        eventually().until(() -> !gateway.promised().isEmpty());
        String id = awaitExpected();
        assertThat(reply.end()).isNotDone();
        tellVerdict(id);

        assertDecided(reply, id);
    }

    @Test
    void whenNoVerdictComesInTimeTheEdgesAnswerIsMarkedProvisional() {
        SampleResult result = result(infer("tiny-edge", doubtful(), SHORT));

        assertThat(result.getDecision()).isEqualTo(Decision.DECISION_ESCALATED);
        assertThat(result.getProvisional()).isTrue();
        assertThat(result.getTier()).isEqualTo(Tier.TIER_EDGE);
        assertThat(result.getLabel()).isEqualTo("a");
        assertThat(result.getEscalationId()).isNotEmpty();
        assertNobodyWaits();
    }

    @Test
    void anAcceptedSampleThatIsAuditedShowsItsIdAndWaitsForNothing() {
        SampleResult result = result(infer("tiny-audited", sure(), LONG));

        assertThat(result.getDecision()).isEqualTo(Decision.DECISION_ACCEPTED);
        assertThat(result.getProvisional()).isFalse();
        assertThat(gateway.client()
                        .getVerdict(GetVerdictRequest.newBuilder()
                                .setEscalationId(result.getEscalationId())
                                .build())
                        .getPurpose())
                .isEqualTo(Purpose.PURPOSE_AUDITED);
    }

    private Recorder<InferResponse> infer(String model, float[] sample, Duration wait) {
        Recorder<InferResponse> reply = new Recorder<>();
        gateway.asyncClient()
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .infer(
                        request(model, sample)
                                .setOptions(InferOptions.newBuilder().setWait(wait))
                                .build(),
                        reply);
        return reply;
    }

    /** Keeps the ledger's writer busy with telling of another escalation's verdict. */
    private Thread holdUpLedger() throws InterruptedException {
        String other = gateway.escalate("tiny-edge");
        CountDownLatch heldUp = new CountDownLatch(1);
        gateway.ledger.onEvent(ids -> {
            heldUp.countDown();
            try {
                ledgerMayGoOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Thread decided = Thread.ofPlatform().start(() -> gateway.decide(other, "c"));
        heldUp.await();
        return decided;
    }

    private String awaitExpected() {
        eventually().until(() -> Arrivals.expected(gateway.waiters).size() == 1);
        return Arrivals.expected(gateway.waiters).iterator().next();
    }

    private void tellVerdict(String id) {
        Arrivals.tell(
                gateway.waiters,
                Verdict.newBuilder()
                        .setEscalationId(id)
                        .setFinal(Verdict.Final.newBuilder()
                                .setLabel("b")
                                .setSource(VerdictSource.VERDICT_SOURCE_ENSEMBLE)
                                .setRank(10))
                        .build());
    }

    private void assertDecided(Recorder<InferResponse> reply, String id) {
        SampleResult result = result(reply);
        assertThat(result.getEscalationId()).isEqualTo(id);
        assertThat(result.getDecision()).isEqualTo(Decision.DECISION_ESCALATED);
        assertThat(result.getProvisional()).isFalse();
        assertThat(result.getTier()).isEqualTo(Tier.TIER_CLOUD);
        assertThat(result.getLabel()).isEqualTo("b");
        assertThat(result.getEdge().getLabel()).isEqualTo("a");
        assertNobodyWaits();
    }

    private void assertNobodyWaits() {
        eventually().until(() -> Arrivals.expected(gateway.waiters).isEmpty());
    }

    private static SampleResult result(Recorder<InferResponse> reply) {
        reply.end().join();
        return reply.received().get(0).getResults(0);
    }
}
