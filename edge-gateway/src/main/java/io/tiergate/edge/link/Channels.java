package io.tiergate.edge.link;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Message;

/** The way to a broker, which may be away at any time: channels that send and channels that receive. */
public interface Channels {
    /**
     * What a partition holds at an instant.
     *
     * @param first offset of the oldest record there may be
     * @param end offset that comes after the newest
     */
    record Extent(long first, long end) {
        /** Whether reading can go on at an offset, without having missed anything. */
        public boolean holds(long nextOffset) {
            return first <= nextOffset && nextOffset <= end;
        }
    }

    /** What a partition holds; waits until the broker can be asked and the partition is there. */
    Uni<Extent> extent(String topic, int partition);

    /**
     * Reads one partition, without a consumer group and without committing offsets.
     *
     * @param nextOffset where to start
     * @return batches as they are polled, on a thread of the channel's own; the next comes when the previous was asked for. Fails once the
     *     partition does not hold what comes next, at the start or later
     */
    Multi<ConsumerRecords<String, byte[]>> receive(String topic, int partition, long nextOffset);

    /**
     * Sends what a stream gives, asking it for no more than {@code inFlight} records that are not acknowledged yet. Each message is
     * acknowledged once all in-sync replicas have it, and refused when that did not happen in time; either way the stream goes on.
     */
    void send(String topic, int inFlight, Multi<Message<byte[]>> messages);
}
