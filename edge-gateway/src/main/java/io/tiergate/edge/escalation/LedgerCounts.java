package io.tiergate.edge.escalation;

import io.tiergate.proto.v1.Purpose;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * The ledger's sums at one instant: escalated + audited = the sum over all states, always.
 *
 * @param outboxBytes size of the samples that are still needed
 * @param labels reported labels that wait to be sent
 * @param evictions since the start; unlike the number in the state, it never goes down
 */
public record LedgerCounts(
        long escalated,
        long audited,
        Map<EscalationState, Long> byState,
        long outboxBytes,
        long labels,
        long evictions) {
    public LedgerCounts {
        byState = Collections.unmodifiableMap(new EnumMap<>(byState));
    }

    public long in(EscalationState state) {
        return byState.getOrDefault(state, 0L);
    }

    public long promised() {
        return escalated + audited;
    }

    /** A running sum; not safe for use by several threads. */
    static final class Tally {
        private long escalated;
        private long audited;
        private long outboxBytes;
        private long labels;
        private long evictions;
        private final Map<EscalationState, Long> byState = new EnumMap<>(EscalationState.class);

        Tally() {
            for (EscalationState state : EscalationState.values()) {
                byState.put(state, 0L);
            }
        }

        void promised(Purpose purpose, EscalationState state, long count) {
            if (purpose == Purpose.PURPOSE_AUDITED) {
                audited += count;
            } else {
                escalated += count;
            }
            byState.merge(state, count, Long::sum);
        }

        void moved(EscalationState from, EscalationState to) {
            byState.merge(from, -1L, Long::sum);
            byState.merge(to, 1L, Long::sum);
        }

        void bytes(long delta) {
            outboxBytes += delta;
        }

        void evicted() {
            evictions++;
        }

        void labels(long delta) {
            labels += delta;
        }

        LedgerCounts counts() {
            return new LedgerCounts(escalated, audited, byState, outboxBytes, labels, evictions);
        }
    }
}
