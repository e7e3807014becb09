package io.tiergate.edge.api;

import static io.tiergate.edge.api.Requests.doubtful;
import static io.tiergate.edge.api.Requests.sure;
import static io.tiergate.edge.api.RunningGateway.eventually;
import static io.tiergate.edge.api.RunningGateway.request;
import static io.tiergate.edge.api.RunningGateway.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.tiergate.edge.escalation.Ledger;
import io.tiergate.edge.escalation.LedgerUnavailableException;
import io.tiergate.proto.v1.Decision;
import io.tiergate.proto.v1.EscalationState;
import io.tiergate.proto.v1.InferRequest;
import io.tiergate.proto.v1.InferStreamRequest;
import io.tiergate.proto.v1.InferStreamResponse;
import io.tiergate.proto.v1.InferStreamResponse.EventCase;
import io.tiergate.proto.v1.SampleResult;
import io.tiergate.proto.v1.Tensor;
import io.tiergate.testing.wire.RawCalls;
import io.tiergate.testing.wire.WireBytes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InferStreamTest {
    @TempDir
    Path folder;

    private RunningGateway gateway;

    @BeforeEach
    void start() throws IOException {
        gateway = new RunningGateway(folder);
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void everyOneOfAThousandPipelinedRequestsIsAnsweredOnce() {
        StreamClient client = StreamClient.open(gateway);
        for (int i = 0; i < 1000; i++) {
            client.send("r" + i, request("tiny-edge", sure()));
        }
        client.halfClose();
        client.awaitEnd();
        assertThat(client.received())
                .extracting(InferStreamResponse::getRequestId)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 1000).mapToObj(i -> "r" + i).toList());
        assertThat(client.received())
                .allSatisfy(
                        response -> assertThat(result(response).getDecision()).isEqualTo(Decision.DECISION_ACCEPTED));
    }

    @Test
    void aMessageThatIsNoRequestEndsTheStreamAndLeavesNothingOfIt() throws Exception {
        Recorder<byte[]> responses = new Recorder<>();
        StreamObserver<byte[]> requests = ClientCalls.asyncBidiStreamingCall(
                gateway.channel()
                        .newCall(
                                RawCalls.bidirectional("tiergate.v1.TieredInference/InferStream"), CallOptions.DEFAULT),
                responses);
        requests.onNext(InferStreamRequest.newBuilder()
                .setRequest(request("tiny-edge", doubtful()))
                .build()
                .toByteArray());
        eventually().until(() -> gateway.service.followed() == 1);
        requests.onNext(WireBytes.of("0a 7f"));
        assertThatThrownBy(() -> responses.end().join())
                .hasRootCauseInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("INVALID_ARGUMENT");
        eventually().until(() -> gateway.service.followed() == 0);
        eventually().until(() -> gateway.service.openStreams() == 0);
    }

    /**
     * A result of 700 rows is larger than the 32 KiB that gRPC queues before it calls the client unready. So besides those in hand
     * there are at most the result that the client is reading, and one that was sent while the rest of it was below that.
     */
    @Test
    void noMoreRequestsAreTakenThanThereArePlacesWhileTheClientDoesNotRead() {
        int requests = 1000;
        StreamClient client = StreamClient.openSlow(gateway, 8 << 10);
        InferRequest.Builder large = request("tiny-edge", rows(700, sure()));
        for (int i = 0; i < requests; i++) {
            client.send("r" + i, large);
        }
        client.halfClose();
        eventually().until(() -> answeredCalls() >= InferStream.PLACES);
        for (int read = 0; read < requests; read++) {
            assertThat(answeredCalls()).isLessThanOrEqualTo(read + InferStream.PLACES + 2);
            client.read(1);
            client.await(read + 1);
        }
        client.awaitEnd();
        assertThat(client.received().get(0).getSerializedSize()).isGreaterThan(32 << 10);
    }

    @Test
    void aBadRequestFailsAloneAndTheStreamGoesOn() {
        StreamClient client = StreamClient.open(gateway);
        client.send("good", request("tiny-edge", sure()));
        client.send("nobody", request("nobody", sure()));
        client.send("narrow", request("tiny-edge", sure()).setInputs(0, tensorOfThree()));
        client.send("r".repeat(257), request("tiny-edge", sure()));
        client.send("empty", InferRequest.newBuilder());
        client.send("ungated", request("tiny-plain", sure()));
        client.send("better", request("tiny-edge", sure()));
        client.halfClose();
        client.awaitEnd();
        assertThat(client.received())
                .filteredOn(InferStreamResponse::hasResult)
                .extracting(InferStreamResponse::getRequestId)
                .containsExactlyInAnyOrder("good", "better");
        assertFailure(client, "nobody", Status.Code.NOT_FOUND, "'nobody' is not found");
        assertFailure(client, "narrow", Status.Code.INVALID_ARGUMENT, "x: shape [1, 3]");
        assertFailure(client, "r".repeat(257), Status.Code.INVALID_ARGUMENT, "request_id: 257 characters");
        assertFailure(client, "empty", Status.Code.NOT_FOUND, "''");
        assertFailure(client, "ungated", Status.Code.FAILED_PRECONDITION, "has no gate");
    }

    @Test
    void aVerdictThatComesBeforeTheResultIsSentFollowsIt() throws Exception {
        StreamClient client = StreamClient.openSlow(gateway, 1 << 10);
        client.send("large", request("tiny-edge", rows(700, sure())));
        eventually().until(() -> answeredCalls() == 1);
        client.send("doubtful", request("tiny-edge", doubtful()));
        eventually().until(() -> gateway.ledger.counts().promised() == 1 && answeredCalls() == 2);
        gateway.decide(gateway.promised().get(0), "b");
        client.halfClose();
        client.read(3);
        client.awaitEnd();
        assertThat(client.received())
                .extracting(InferStreamResponse::getEventCase)
                .containsExactly(EventCase.RESULT, EventCase.RESULT, EventCase.VERDICT);
        InferStreamResponse verdict = client.received().get(2);
        assertThat(verdict.getRequestId()).isEqualTo("doubtful");
        assertThat(verdict.getVerdict().getVerdict().getLabel()).isEqualTo("b");
        assertThat(verdict.getVerdict().getEscalationId())
                .isEqualTo(result(client.received().get(1)).getEscalationId());
    }

    @Test
    void aParkedSampleIsToldOnceAndItsVerdictOnceMore() {
        StreamClient client = StreamClient.open(gateway);
        client.send("r", request("tiny-edge", doubtful()));
        String id = result(client.await(1)).getEscalationId();
        gateway.park(id);
        assertThat(client.await(2).getVerdict().getState()).isEqualTo(EscalationState.ESCALATION_STATE_PARKED);
        gateway.decide(id, "c");
        assertThat(client.await(3).getVerdict().getState()).isEqualTo(EscalationState.ESCALATION_STATE_VERDICT);
        client.halfClose();
        client.awaitEnd();
        assertThat(client.received()).hasSize(3);
    }

    @Test
    void anAuditedSampleHasItsVerdictToldToo() {
        StreamClient client = StreamClient.open(gateway);
        client.send("r", request("tiny-audited", sure()));
        SampleResult audited = result(client.await(1));
        assertThat(audited.getDecision()).isEqualTo(Decision.DECISION_ACCEPTED);
        gateway.reject(audited.getEscalationId());
        assertThat(client.await(2).getVerdict().getState()).isEqualTo(EscalationState.ESCALATION_STATE_REJECTED);
    }

    @Test
    void nobodyHearsOfTheEscalationsOfOthers() {
        String others = gateway.escalate("tiny-edge");
        StreamClient client = StreamClient.open(gateway);
        client.send("r", request("tiny-edge", doubtful()));
        String id = result(client.await(1)).getEscalationId();
        gateway.decide(others, "a");
        gateway.decide(id, "b");
        client.halfClose();
        client.awaitEnd();
        assertThat(client.received().get(1).getVerdict().getEscalationId()).isEqualTo(id);
        assertThat(client.received()).hasSize(2);
    }

    @Test
    void theStreamEndsOnceResultsAndVerdictsAreSent() {
        StreamClient client = StreamClient.open(gateway);
        client.send("r", request("tiny-edge", doubtful(), doubtful()));
        client.halfClose();
        List<SampleResult> results = client.await(1).getResult().getResultsList();
        gateway.decide(results.get(0).getEscalationId(), "a");
        client.await(2);
        assertThat(client.hasEnded()).as("one verdict is missing").isFalse();
        gateway.decide(results.get(1).getEscalationId(), "a");
        client.awaitEnd();
        assertThat(client.received()).hasSize(3);
        assertNothingIsFollowed();
    }

    @Test
    void verdictsThatNobodyWantsAreNotWaitedFor() {
        StreamClient client = StreamClient.open(gateway);
        client.sendWithoutVerdicts("r", request("tiny-edge", doubtful()));
        client.halfClose();
        client.awaitEnd();
        assertThat(client.received()).singleElement().satisfies(response -> assertThat(
                        result(response).getEscalationId())
                .isNotEmpty());
    }

    @Test
    void aStreamWithoutRequestsEndsAtOnce() {
        StreamClient client = StreamClient.open(gateway);
        client.halfClose();
        client.awaitEnd();
        assertThat(client.received()).isEmpty();
    }

    @Test
    void theOldestEscalationsBeyondTenThousandAreGivenUpAndTheClientIsTold() {
        StreamClient client = StreamClient.open(gateway);
        for (int i = 0; i < 11; i++) {
            client.send("r" + i, request("tiny-edge", rows(1000, doubtful())));
        }
        eventually().until(() -> client.received().stream().anyMatch(InferStreamResponse::hasUnfollowed));
        List<String> shown = client.received().stream()
                .flatMap(response -> response.getResult().getResultsList().stream())
                .map(SampleResult::getEscalationId)
                .toList();
        List<String> givenUp = client.received().stream()
                .flatMap(response -> response.getUnfollowed().getEscalationIdsList().stream())
                .toList();
        assertThat(shown).hasSize(StreamVerdicts.MOST_FOLLOWED + 1000);
        assertThat(givenUp).isEqualTo(shown.subList(0, 1000));
        assertThat(gateway.service.followed()).isEqualTo(StreamVerdicts.MOST_FOLLOWED);
    }

    @Test
    void whenTheClientCancelsEverythingIsDropped() {
        StreamClient client = StreamClient.open(gateway);
        client.send("shown", request("tiny-edge", doubtful()));
        client.await(1);
        CountDownLatch heldUp = gateway.holdUpInference();
        for (int i = 0; i < 10; i++) {
            client.send("r" + i, request("tiny-edge", doubtful()));
        }
        eventually().until(() -> gateway.pool.waiting() == 10);
        client.cancel();
        eventually().untilAsserted(() -> assertThat(gateway.pool.waiting()).isZero());
        assertNothingIsFollowed();
        heldUp.countDown();
        eventually()
                .until(() -> gateway.metrics
                                .counter("tiergate.requests.failed", "model", "tiny-edge", "status", "CANCELLED")
                                .count()
                        == 10);
        gateway.escalate("tiny-edge");
        assertThat(gateway.ledger.counts().promised())
                .as("the one shown, and the one just now")
                .isEqualTo(2);
    }

    @Test
    void aStoppingGatewaySendsTheResultsUnderWayAndTakesNoMore() {
        StreamClient client = StreamClient.open(gateway);
        CountDownLatch heldUp = gateway.holdUpInference();
        client.send("first", request("tiny-edge", doubtful()));
        client.send("second", request("tiny-edge", sure()));
        eventually().until(() -> gateway.pool.waiting() == 2);
        gateway.service.drain();
        client.send("late", request("tiny-edge", sure()));
        heldUp.countDown();
        Status status = client.awaitFailure();
        assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(status.getDescription()).contains("the gateway is stopping");
        assertThat(client.received())
                .extracting(InferStreamResponse::getRequestId)
                .containsExactlyInAnyOrder("first", "second");
        assertNothingIsFollowed();

        assertThat(StreamClient.open(gateway).awaitFailure().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }

    @Test
    void aStoppingGatewayEndsWellWhatTheClientHasEnded() {
        StreamClient client = StreamClient.open(gateway);
        CountDownLatch heldUp = gateway.holdUpInference();
        client.send("r", request("tiny-edge", sure()));
        eventually().until(() -> gateway.pool.waiting() == 1);
        client.halfClose();
        client.awaitSeen();
        gateway.service.drain();
        heldUp.countDown();
        client.awaitEnd();
        assertThat(client.received()).hasSize(1);
    }

    @Test
    void aBusyLedgerDelaysVerdictsAndLosesNone() {
        StreamClient client = StreamClient.open(gateway);
        client.send("r", request("tiny-edge", rows(200, doubtful())));
        List<String> ids = client.await(1).getResult().getResultsList().stream()
                .map(SampleResult::getEscalationId)
                .toList();
        client.halfClose();
        keepBusy(gateway.ledger, () -> ids.forEach(id -> gateway.decide(id, "a")));
        client.awaitEnd();
        assertThat(client.received().stream()
                        .filter(InferStreamResponse::hasVerdict)
                        .map(response -> response.getVerdict().getEscalationId())
                        .collect(Collectors.toSet()))
                .containsExactlyInAnyOrderElementsOf(ids);
    }

    /** Asks the ledger more than it can answer for as long as something else is done. */
    private static void keepBusy(Ledger ledger, Runnable meanwhile) {
        AtomicInteger refused = new AtomicInteger();
        Thread work = Thread.ofPlatform().start(meanwhile);
        while (work.isAlive()) {
            ledger.find("nobody").subscribe().with(found -> {}, failure -> {
                if (failure instanceof LedgerUnavailableException) {
                    refused.incrementAndGet();
                }
            });
        }
        assertThat(refused).hasPositiveValue();
    }

    private static void assertFailure(StreamClient client, String requestId, Status.Code code, String words) {
        assertThat(client.received())
                .filteredOn(response -> response.getRequestId().equals(requestId))
                .singleElement()
                .satisfies(response -> {
                    assertThat(response.getFailure().getCode()).isEqualTo(code.value());
                    assertThat(response.getFailure().getMessage()).contains(words);
                });
    }

    private static Tensor tensorOfThree() {
        return request("tiny-edge", sure()).getInputs(0).toBuilder()
                .setShape(1, 3)
                .setData(ByteString.copyFrom(new byte[12]))
                .build();
    }

    private void assertNothingIsFollowed() {
        eventually().untilAsserted(() -> assertThat(gateway.service.followed()).isZero());
    }

    private long answeredCalls() {
        return (long) gateway.metrics
                .counter("tiergate.requests", "model", "tiny-edge")
                .count();
    }

    /** The result of the one sample of a response. */
    private static SampleResult result(InferStreamResponse response) {
        assertThat(response.hasResult()).as("%s", response).isTrue();
        return response.getResult().getResults(0);
    }
}
