package io.tiergate.edge.api;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.MultiEmitter;
import io.tiergate.edge.escalation.EscalationRow;
import io.tiergate.edge.escalation.Ledger;
import java.time.Duration;
import java.util.function.Consumer;

/** Finds escalations in the ledger, for callers who may wait for their end. */
final class EscalationLookup {
    private final Ledger ledger;
    private final Followers followers;

    EscalationLookup(Ledger ledger, Followers followers) {
        this.ledger = ledger;
        this.followers = followers;
    }

    /**
     * An escalation as it stands.
     *
     * @param patience how long to wait for an end of it: a verdict, or that there will be none; zero: not at all
     * @return fails with {@code NOT_FOUND} at once for an id that is not in the ledger
     */
    Uni<EscalationRow> find(String id, Duration patience) {
        if (patience.isZero()) {
            return find(id);
        }
        return changes(id)
                .onItem()
                .transformToUniAndConcatenate(this::find)
                .filter(escalation -> !escalation.state().isOpen())
                .toUni()
                .ifNoItem()
                .after(patience)
                .recoverWithUni(() -> find(id));
    }

    private Uni<EscalationRow> find(String id) {
        return ledger.find(id).map(found -> found.orElseThrow(() -> unknown(id)));
    }

    static StatusRuntimeException unknown(String id) {
        return Status.NOT_FOUND
                .withDescription("escalation '%s' is not in this gateway's ledger".formatted(id))
                .asRuntimeException();
    }

    /** The id at once, then after every change; those that come while nobody is ready for them count as one. */
    private Multi<String> changes(String id) {
        return Multi.createFrom().emitter(emitter -> emit(id, emitter), BackPressureStrategy.LATEST);
    }

    private void emit(String id, MultiEmitter<? super String> emitter) {
        Consumer<String> follower = emitter::emit;
        followers.follow(id, follower);
        emitter.onTermination(() -> followers.unfollow(id, follower));
        emitter.emit(id);
    }
}
