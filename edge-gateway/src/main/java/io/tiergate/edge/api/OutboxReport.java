package io.tiergate.edge.api;

import com.google.protobuf.util.Durations;
import io.smallrye.mutiny.Uni;
import io.tiergate.edge.escalation.EscalationState;
import io.tiergate.edge.escalation.Ledger;
import io.tiergate.edge.escalation.LedgerCounts;
import io.tiergate.edge.escalation.Relay;
import io.tiergate.edge.escalation.RelayState;
import io.tiergate.proto.v1.OutboxStatus;
import java.time.Duration;
import java.util.Optional;

/**
 * How the outbox stands.
 *
 * @param capacityBytes how many bytes of samples it may hold
 */
public record OutboxReport(Ledger ledger, Relay relay, long capacityBytes) {
    /** The outbox as it now stands; fails with {@link io.tiergate.edge.escalation.LedgerUnavailableException} if it cannot be read. */
    Uni<OutboxStatus> now() {
        return ledger.oldestWaiting().map(this::status);
    }

    private OutboxStatus status(Optional<Duration> oldest) {
        LedgerCounts counts = ledger.counts();
        OutboxStatus.Builder status = OutboxStatus.newBuilder()
                .setEscalated(counts.escalated())
                .setAudited(counts.audited())
                .setPending(counts.in(EscalationState.PENDING))
                .setSent(counts.in(EscalationState.SENT))
                .setParked(counts.in(EscalationState.PARKED))
                .setVerdict(counts.in(EscalationState.VERDICT))
                .setExpired(counts.in(EscalationState.EXPIRED))
                .setEvicted(counts.in(EscalationState.EVICTED))
                .setRejected(counts.in(EscalationState.REJECTED))
                .setLabels(counts.labels())
                .setBytes(counts.outboxBytes())
                .setCapacityBytes(capacityBytes)
                .setDiskFailing(ledger.isFailing());
        oldest.ifPresent(age -> status.setOldest(Durations.fromMillis(age.toMillis())));
        RelayState state = relay.state();
        status.setRelay(toProto(state));
        if (state == RelayState.OPEN || state == RelayState.PAUSED) {
            status.setNextTryIn(Durations.fromMillis(relay.untilNextTry().toMillis()));
        }
        return status.build();
    }

    private static io.tiergate.proto.v1.RelayState toProto(RelayState state) {
        return switch (state) {
            case OFF -> io.tiergate.proto.v1.RelayState.RELAY_STATE_OFF;
            case CLOSED -> io.tiergate.proto.v1.RelayState.RELAY_STATE_CLOSED;
            case OPEN -> io.tiergate.proto.v1.RelayState.RELAY_STATE_OPEN;
            case HALF_OPEN -> io.tiergate.proto.v1.RelayState.RELAY_STATE_HALF_OPEN;
            case PAUSED -> io.tiergate.proto.v1.RelayState.RELAY_STATE_PAUSED;
        };
    }
}
