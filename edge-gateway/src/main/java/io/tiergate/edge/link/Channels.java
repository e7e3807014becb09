package io.tiergate.edge.link;

import io.smallrye.mutiny.Multi;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Message;

/** The way to a broker, which may be away at any time: channels that send and channels that receive. */
public interface Channels {
    /**
     * Reads one partition, without a consumer group and without committing offsets.
     *
     * @param nextOffset where to start; absent: at the oldest record there is
     * @return batches as they are polled, on a thread of the channel's own; the next comes when the previous was asked for
     */
    Multi<ConsumerRecords<String, byte[]>> receive(String topic, int partition, OptionalLong nextOffset);

    /**
     * Sends what a stream gives, asking it for no more than {@code inFlight} records that are not acknowledged yet. Each message is
     * acknowledged once all in-sync replicas have it, and refused when that did not happen in time; either way the stream goes on.
     */
    void send(String topic, int inFlight, Multi<Message<byte[]>> messages);
}
