package io.tiergate.edge.api;

import static io.tiergate.edge.api.RunningGateway.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.tiergate.proto.v1.EscalationState;
import io.tiergate.proto.v1.Purpose;
import io.tiergate.proto.v1.VerdictEvent;
import io.tiergate.proto.v1.VerdictSource;
import io.tiergate.proto.v1.WatchVerdictsRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchVerdictsTest {
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
    void eachFilterLetsThroughWhatItNamesAndAllMustAgree() {
        String edge = gateway.escalate("tiny-edge");
        String wide = gateway.escalate("tiny-wide");
        String audited = gateway.client()
                .infer(RunningGateway.request("tiny-audited", Requests.sure()).build())
                .getResults(0)
                .getEscalationId();
        gateway.park(edge);
        gateway.decide(wide, "a");
        gateway.decide(audited, "b");
        gateway.decide(edge, "c", VerdictSource.VERDICT_SOURCE_HUMAN, 30);
        String last = gateway.escalate("tiny-edge");
        gateway.reject(last);

        assertThat(seen(watch())).containsExactly(edge, wide, audited, edge, last);
        assertThat(seen(watch().setModelName("tiny-edge"))).containsExactly(edge, edge, last);
        assertThat(seen(watch().addStates(EscalationState.ESCALATION_STATE_PARKED)
                        .addStates(EscalationState.ESCALATION_STATE_REJECTED)))
                .containsExactly(edge, last);
        assertThat(seen(watch().setPurpose(Purpose.PURPOSE_AUDITED))).containsExactly(audited);
        assertThat(seen(watch().setSource(VerdictSource.VERDICT_SOURCE_ENSEMBLE)))
                .containsExactly(wide, audited);
        assertThat(seen(watch().setSource(VerdictSource.VERDICT_SOURCE_ENSEMBLE).setPurpose(Purpose.PURPOSE_ESCALATED)))
                .containsExactly(wide);
    }

    @Test
    void aWatcherWhoFiltersMuchIsToldHowFarItIs() {
        for (int i = 0; i < 3; i++) {
            gateway.park(gateway.escalate("tiny-edge"));
        }
        VerdictEvent caughtUp = events(watch().setModelName("tiny-wide")).next();
        assertThat(caughtUp.getEventCase()).isEqualTo(VerdictEvent.EventCase.EVENT_NOT_SET);
        assertThat(caughtUp.getCursor()).isEqualTo(3);
        assertThat(caughtUp.getLatestCursor()).isEqualTo(3);

        String wanted = gateway.escalate("tiny-wide");
        gateway.park(wanted);
        VerdictEvent next = events(watch().setModelName("tiny-wide").setAfterCursor(caughtUp.getCursor()))
                .next();
        assertThat(next.getEscalation().getEscalationId()).isEqualTo(wanted);
    }

    @Test
    void aCursorComesAfterAThousandEventsLeftOutAtTheLatest() {
        String id = gateway.escalate("tiny-edge");
        for (int rank = 1; rank <= 1500; rank++) {
            gateway.decide(id, "a", VerdictSource.VERDICT_SOURCE_ENSEMBLE, rank);
        }
        Iterator<VerdictEvent> events = events(watch().setModelName("tiny-wide"));
        VerdictEvent first = events.next();
        assertThat(first.getCursor()).isBetween(1000L, 1000L + 127);
        assertThat(first.getLatestCursor()).isEqualTo(1500);
        assertThat(events.next().getCursor()).isEqualTo(1500);
    }

    @Test
    void aWatcherWhoseEventsAreGoneIsToldAndGoesOnWithTheOldestLeft() throws Exception {
        for (int i = 0; i < 5; i++) {
            gateway.park(gateway.escalate("tiny-edge"));
        }
        gateway.deleteEventsBefore(4);
        Iterator<VerdictEvent> events = events(watch().setAfterCursor(2));
        VerdictEvent told = events.next();
        assertThat(told.getFellBehind().getOldestCursor()).isEqualTo(4);
        assertThat(told.getLatestCursor()).isEqualTo(5);
        assertThat(events.next().getCursor()).isEqualTo(4);

        assertThat(events(watch().setAfterCursor(3)).next().getCursor())
                .as("nothing was missed")
                .isEqualTo(4);
        assertThat(events(watch()).next().getCursor())
                .as("0 asks for whatever is left")
                .isEqualTo(4);
    }

    @Test
    void aWatcherIsToldEvenWhenNoEventAtAllIsLeft() throws Exception {
        gateway.park(gateway.escalate("tiny-edge"));
        gateway.park(gateway.escalate("tiny-edge"));
        gateway.deleteEventsBefore(3);
        VerdictEvent told = events(watch().setAfterCursor(1)).next();
        assertThat(told.getFellBehind().getOldestCursor()).isEqualTo(3);
        assertThat(told.getCursor()).isEqualTo(2);
    }

    @Test
    void aCursorOfAnotherLedgerIsRefused() {
        gateway.park(gateway.escalate("tiny-edge"));
        assertRefused(watch().setAfterCursor(7), Status.Code.OUT_OF_RANGE, "after_cursor: 7 (expected: at most 1");
    }

    @Test
    void aFilterThatNothingCanPassIsRefused() {
        assertRefused(
                watch().addStates(EscalationState.ESCALATION_STATE_SENT),
                Status.Code.INVALID_ARGUMENT,
                "states: 2 (expected: 3 parked");
        assertRefused(watch().addStatesValue(99), Status.Code.INVALID_ARGUMENT, "states: 99");
        assertRefused(watch().setPurposeValue(99), Status.Code.INVALID_ARGUMENT, "purpose: 99");
        assertRefused(watch().setSourceValue(99), Status.Code.INVALID_ARGUMENT, "source: 99");
    }

    @Test
    void onlyNewEventsComeWhereOnlyTheyAreAskedFor() {
        gateway.park(gateway.escalate("tiny-edge"));
        String id = gateway.escalate("tiny-edge");
        Recorder<VerdictEvent> events = new Recorder<>();
        gateway.asyncClient().watchVerdicts(watch().setOnlyNew(true).build(), events);
        AtomicInteger rank = new AtomicInteger();
        // A watcher is not told when it has begun.
        eventually().until(() -> {
            gateway.decide(id, "a", VerdictSource.VERDICT_SOURCE_ENSEMBLE, rank.incrementAndGet());
            return !events.received().isEmpty();
        });
        assertThat(events.received().get(0).getEscalation().getEscalationId()).isEqualTo(id);
    }

    @Test
    void aStoppingGatewaySendsWatchersAway() {
        gateway.park(gateway.escalate("tiny-edge"));
        Iterator<VerdictEvent> events = events(watch());
        events.next();
        gateway.service.drain();
        StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, events::next);
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertRefused(watch().setAfterCursor(1), Status.Code.UNAVAILABLE, "Watch again after the last cursor");
    }

    private void assertRefused(WatchVerdictsRequest.Builder request, Status.Code code, String words) {
        StatusRuntimeException failure = catchThrowableOfType(
                StatusRuntimeException.class, () -> events(request).next());
        assertThat(failure.getStatus().getCode()).as(failure.getMessage()).isEqualTo(code);
        assertThat(failure.getStatus().getDescription()).contains(words);
    }

    /** The ids of all events up to the newest. */
    private List<String> seen(WatchVerdictsRequest.Builder request) {
        List<String> ids = new ArrayList<>();
        Iterator<VerdictEvent> events = events(request);
        VerdictEvent event;
        do {
            event = events.next();
            if (event.hasEscalation()) {
                ids.add(event.getEscalation().getEscalationId());
            }
        } while (event.getCursor() < event.getLatestCursor());
        return ids;
    }

    private Iterator<VerdictEvent> events(WatchVerdictsRequest.Builder request) {
        return gateway.client().watchVerdicts(request.build());
    }

    private static WatchVerdictsRequest.Builder watch() {
        return WatchVerdictsRequest.newBuilder();
    }
}
