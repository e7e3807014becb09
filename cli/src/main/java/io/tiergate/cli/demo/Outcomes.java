package io.tiergate.cli.demo;

import io.tiergate.proto.v1.Escalation;
import io.tiergate.proto.v1.EscalationState;
import io.tiergate.proto.v1.FinalVerdict;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What was promised to this client and what became of it. An escalation's end may be told before the reply that promised
 * it has arrived. Safe for use by several threads.
 */
final class Outcomes {
    /** How an escalation ended, and when this client heard of it. */
    record End(EscalationState state, String label, long heardNanos) {}

    private final Map<String, Long> promisedNanos = new ConcurrentHashMap<>();
    private final Map<String, End> ends = new ConcurrentHashMap<>();
    private final Set<String> verdictsSeen = ConcurrentHashMap.newKeySet();
    private final AtomicInteger duplicates = new AtomicInteger();
    private volatile long lastProgressNanos = System.nanoTime();

    /** A reply carried this id. */
    void promised(String id) {
        promisedNanos.put(id, System.nanoTime());
        lastProgressNanos = System.nanoTime();
    }

    /** The stream of verdicts delivered this. */
    void delivered(Escalation escalation) {
        if (escalation.getState() == EscalationState.ESCALATION_STATE_VERDICT) {
            FinalVerdict verdict = escalation.getVerdict();
            String revision = "%s rank %d revision %d"
                    .formatted(escalation.getEscalationId(), verdict.getRank(), verdict.getRevision());
            if (!verdictsSeen.add(revision)) {
                duplicates.incrementAndGet();
            }
        }
        learned(escalation);
    }

    /** The ledger says this; asked for, so no delivery. */
    void learned(Escalation escalation) {
        if (isEnd(escalation.getState())) {
            End end = new End(escalation.getState(), escalation.getVerdict().getLabel(), System.nanoTime());
            // A person may decide a parked sample later; nothing else is followed by anything.
            ends.merge(
                    escalation.getEscalationId(),
                    end,
                    (earlier, later) -> earlier.state() == EscalationState.ESCALATION_STATE_PARKED ? later : earlier);
            lastProgressNanos = System.nanoTime();
        }
    }

    /** Whether nothing more is to be waited for: a parked sample is decided by a person, whenever that is. */
    static boolean isEnd(EscalationState state) {
        return switch (state) {
            case ESCALATION_STATE_PARKED,
                    ESCALATION_STATE_VERDICT,
                    ESCALATION_STATE_EXPIRED,
                    ESCALATION_STATE_EVICTED,
                    ESCALATION_STATE_REJECTED -> true;
            case ESCALATION_STATE_PENDING, ESCALATION_STATE_SENT, ESCALATION_STATE_UNSPECIFIED, UNRECOGNIZED -> false;
        };
    }

    Optional<End> end(String id) {
        return Optional.ofNullable(ends.get(id));
    }

    /** What the client knows in the end: the verdict's label where one came, else the answer's. */
    String finalLabel(Answer answer) {
        return answer.promise()
                .flatMap(this::end)
                .filter(end -> end.state() == EscalationState.ESCALATION_STATE_VERDICT)
                .map(End::label)
                .orElse(answer.label());
    }

    Set<String> promises() {
        return Set.copyOf(promisedNanos.keySet());
    }

    /** Promised, and not ended so far as is known. */
    List<String> open() {
        return promisedNanos.keySet().stream()
                .filter(id -> !ends.containsKey(id))
                .toList();
    }

    int count(EscalationState state) {
        return (int) promisedNanos.keySet().stream()
                .map(ends::get)
                .filter(end -> end != null && end.state() == state)
                .count();
    }

    /** From each reply with an id to the verdict's arrival here. */
    long[] verdictLatenciesNanos() {
        return promisedNanos.entrySet().stream()
                .filter(promise -> end(promise.getKey())
                        .filter(end -> end.state() == EscalationState.ESCALATION_STATE_VERDICT)
                        .isPresent())
                .mapToLong(promise -> Math.max(0, ends.get(promise.getKey()).heardNanos() - promise.getValue()))
                .toArray();
    }

    /** Verdicts of the same id and revision that were delivered once more. */
    int duplicates() {
        return duplicates.get();
    }

    /** When something was last promised or ended, by {@link System#nanoTime}. */
    long lastProgressNanos() {
        return lastProgressNanos;
    }
}
