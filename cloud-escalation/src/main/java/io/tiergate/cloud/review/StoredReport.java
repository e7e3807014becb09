package io.tiergate.cloud.review;

import java.util.Optional;

/**
 * A sample's row of reported labels after it was asked for.
 *
 * @param origin the record with the report that counts; a retraining record belongs to it
 * @param whole the first record that brought the tensors along, if one did; a retraining record belongs to it too, even where its
 *     report was overtaken, since the sample may lie nowhere else
 * @param parkedBytes the size of the {@code EscalatedSample} that waits for a person; 0 if there is none or it was not wanted
 * @param parkedSample that sample, unless all that were wanted together are more than memory should hold
 */
public record StoredReport(Origin origin, Optional<Origin> whole, int parkedBytes, Optional<byte[]> parkedSample) {
    /** Whether there is a parked sample that was left in the database, so that fewer have to be asked for at once. */
    public boolean lacksSample() {
        return parkedBytes > 0 && parkedSample.isEmpty();
    }

    /**
     * Whether this record's report is still to be published. If so its offset was not committed: it was just stored, or the
     * service ended between the database's commit and Kafka's.
     */
    public boolean isDueFor(Origin record) {
        return record.equals(origin) || whole.filter(record::equals).isPresent();
    }
}
