package io.tiergate.cloud.review.queue;

import io.tiergate.proto.v1.EscalatedSample;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * An item of the queue that nobody else can change, for as long as the transaction lasts.
 *
 * @param wanted how many people are to label it
 * @param revision of its next verdict
 * @param envelope the question without its payload
 * @param labels those that stand
 */
record LockedItem(UUID id, State state, int wanted, int revision, EscalatedSample envelope, List<GivenLabel> labels) {
    enum State {
        OPEN,
        TIED,
        DECIDED,
        ERASED
    }

    Standing standing() {
        return Standing.of(wanted, labels);
    }

    Optional<GivenLabel> labelOf(Reviewer reviewer) {
        return labels.stream()
                .filter(given -> given.reviewer().equals(reviewer.name()))
                .findFirst();
    }

    LockedItem with(GivenLabel label) {
        List<GivenLabel> more = new ArrayList<>(labels);
        more.add(label);
        return new LockedItem(id, state, wanted, revision, envelope, List.copyOf(more));
    }

    LockedItem without(GivenLabel label) {
        return new LockedItem(
                id,
                state,
                wanted,
                revision,
                envelope,
                labels.stream().filter(given -> !given.equals(label)).toList());
    }
}
