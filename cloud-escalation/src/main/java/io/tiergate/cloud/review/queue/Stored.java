package io.tiergate.cloud.review.queue;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.vertx.mutiny.sqlclient.Row;
import java.util.Optional;

/** Reads messages from columns. */
final class Stored {
    private Stored() {}

    /**
     * @return empty where the column is null
     * @throws IllegalStateException if it cannot be read
     */
    static <M extends MessageLite> Optional<M> message(Row row, String column, Parser<M> parser) {
        var bytes = row.getBuffer(column);
        if (bytes == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(parser.parseFrom(bytes.getBytes()));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(
                    "escalation " + row.getUUID("escalation_id") + ": column " + column
                            + " cannot be read. It was changed from outside.",
                    e);
        }
    }
}
