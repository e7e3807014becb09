package io.tiergate.edge.api;

import static io.tiergate.edge.api.RunningGateway.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Duration;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.tiergate.proto.v1.Escalation;
import io.tiergate.proto.v1.EscalationState;
import io.tiergate.proto.v1.GetVerdictRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A call's deadline lies before the end of a long wait, so that a test fails which has to sit one out. */
class GetVerdictTest {
    private static final Duration LONG = Duration.newBuilder().setSeconds(30).build();
    private static final Duration SHORT =
            Duration.newBuilder().setNanos(1_000_000).build();

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
    void aWaitEndsWithTheVerdictAndNotBefore() {
        String id = gateway.escalate("tiny-edge");
        Recorder<Escalation> reply = ask(id, LONG);
        eventually().until(() -> gateway.service.followed() == 1);
        gateway.park(id);
        gateway.decide(gateway.escalate("tiny-edge"), "a");
        assertThat(reply.received()).as("parked is no end").isEmpty();
        gateway.decide(id, "b");
        reply.end().join();
        assertThat(reply.received().get(0).getVerdict().getLabel()).isEqualTo("b");
        awaitNobodyWaiting();
    }

    @Test
    void aWaitEndsWhenThereWillBeNoVerdict() {
        String id = gateway.escalate("tiny-edge");
        Recorder<Escalation> reply = ask(id, LONG);
        eventually().until(() -> gateway.service.followed() == 1);
        gateway.reject(id);
        reply.end().join();
        assertThat(reply.received().get(0).getState()).isEqualTo(EscalationState.ESCALATION_STATE_REJECTED);
    }

    @Test
    void everyoneWhoWaitsForTheSameEscalationIsAnswered() {
        String id = gateway.escalate("tiny-edge");
        Recorder<Escalation> first = ask(id, LONG);
        Recorder<Escalation> second = ask(id, LONG);
        gateway.decide(id, "b");
        first.end().join();
        second.end().join();
        awaitNobodyWaiting();
    }

    @Test
    void whatHasEndedIsNotWaitedFor() {
        String id = gateway.escalate("tiny-edge");
        gateway.decide(id, "b");
        Recorder<Escalation> reply = ask(id, LONG);
        reply.end().join();
        assertThat(reply.received().get(0).getState()).isEqualTo(EscalationState.ESCALATION_STATE_VERDICT);
    }

    @Test
    void whenTheWaitIsOverTheEscalationIsShownAsItStands() {
        String id = gateway.escalate("tiny-edge");
        gateway.park(id);
        Recorder<Escalation> reply = ask(id, SHORT);
        reply.end().join();
        assertThat(reply.received().get(0).getState()).isEqualTo(EscalationState.ESCALATION_STATE_PARKED);
        awaitNobodyWaiting();
    }

    @Test
    void anUnknownEscalationIsNotWaitedFor() {
        assertRefused("nobody", LONG, Status.Code.NOT_FOUND, "'nobody'");
        awaitNobodyWaiting();
    }

    @Test
    void aWaitThatIsNoneIsRefused() {
        assertRefused(
                "any",
                Duration.newBuilder().setNanos(-1).build(),
                Status.Code.INVALID_ARGUMENT,
                "wait: 0 s and -1 ns (expected: zero or more");
        assertRefused(
                "any",
                Duration.newBuilder()
                        .setSeconds(Long.MAX_VALUE)
                        .setNanos(999_999_999)
                        .build(),
                Status.Code.INVALID_ARGUMENT,
                "at most 315576000000 s");
    }

    @Test
    void whoGoesAwayIsForgotten() {
        String id = gateway.escalate("tiny-edge");
        Context.CancellableContext call = Context.current().withCancellation();
        call.run(() -> ask(id, LONG));
        eventually().until(() -> gateway.service.followed() == 1);
        call.cancel(null);
        awaitNobodyWaiting();
    }

    private void awaitNobodyWaiting() {
        eventually().until(() -> gateway.service.followed() == 0);
    }

    private Recorder<Escalation> ask(String id, Duration wait) {
        Recorder<Escalation> reply = new Recorder<>();
        gateway.asyncClient().withDeadlineAfter(20, TimeUnit.SECONDS).getVerdict(request(id, wait), reply);
        return reply;
    }

    private void assertRefused(String id, Duration wait, Status.Code code, String words) {
        StatusRuntimeException failure = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> gateway.client().withDeadlineAfter(20, TimeUnit.SECONDS).getVerdict(request(id, wait)));
        assertThat(failure.getStatus().getCode()).isEqualTo(code);
        assertThat(failure.getStatus().getDescription()).contains(words);
    }

    private static GetVerdictRequest request(String id, Duration wait) {
        return GetVerdictRequest.newBuilder().setEscalationId(id).setWait(wait).build();
    }
}
