package io.tiergate.cloud.review;

import java.util.Optional;

/**
 * A sample's row of reported labels after it was asked for.
 *
 * @param origin the record with the report that counts; a retraining record belongs to it
 * @param whole the first record that brought the tensors along, if one did; a retraining record belongs to it too, even where its
 *     report was overtaken, since the sample may lie nowhere else
 * @param parkedSample the {@code EscalatedSample} that waits for a person, if there is one and it was wanted
 */
public record StoredReport(Origin origin, Optional<Origin> whole, Optional<byte[]> parkedSample) {
    /**
     * Whether this record's report is still to be published. If so its offset was not committed: it was just stored, or the
     * service ended between the database's commit and Kafka's.
     */
    public boolean isDueFor(Origin record) {
        return record.equals(origin) || whole.filter(record::equals).isPresent();
    }
}
