package io.tiergate.cloud.review;

import io.tiergate.proto.v1.Verdict;
import java.util.Optional;

/**
 * An escalation's row after it was asked for.
 *
 * @param first the record that made the row; the retraining record belongs to it
 * @param latest the record that was answered last
 * @param verdict the first answer, whatever has been computed since
 * @param human a person's verdict that was published since; who asks again is answered with it
 */
public record StoredAnswer(Origin first, Origin latest, Verdict verdict, Optional<Verdict> human) {
    /** The answer that counts. */
    public Verdict counting() {
        return human.orElse(verdict);
    }

    /**
     * Whether this record's question is still to be answered on Kafka. If so its offset was not committed: it was just
     * stored, or the service ended between the database's commit and Kafka's.
     */
    public boolean isDueFor(Origin origin) {
        return origin.equals(first) || origin.equals(latest);
    }
}
