package io.tiergate.cli.bench;

import com.google.protobuf.ByteString;
import io.tiergate.cli.CommandFailure;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Purpose;
import io.tiergate.proto.v1.Tensor;
import io.tiergate.proto.v1.Tensors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Escalations as an edge sends them, and how many of them the cloud has yet to answer. */
final class EscalationFeed implements AutoCloseable {
    private static final String TOPIC = "tiergate.default.escalations";
    private static final int LOOK_MILLIS = 100;
    private static final String GROUP = "tiergate-cloud-default";

    private final KafkaProducer<byte[], byte[]> producer;
    private final Admin admin;
    private final List<ByteString> tensors;
    private final EscalatedSample.Builder sample;
    private final Tensor.Builder tensor;
    private int next;
    /** In the topic; nobody else writes there. */
    private long total;

    /** @param tensors what is sent, again and again: FP32, in this shape */
    EscalationFeed(String broker, String ensemble, String input, List<Long> shape, List<ByteString> tensors) {
        this.producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        broker,
                        "compression.type",
                        "zstd",
                        "linger.ms",
                        5,
                        "batch.size",
                        256 << 10),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        this.admin = Admin.create(Map.of("bootstrap.servers", broker));
        this.tensors = tensors;
        this.tensor = Tensor.newBuilder().setName(input).setDatatype("FP32").addAllShape(shape);
        this.sample = EscalatedSample.newBuilder()
                .setTenant("default")
                .setSite("bench")
                .setAttempt(1)
                .setPurpose(Purpose.PURPOSE_ESCALATED)
                .setInclusionProbability(1)
                .setEnsemble(ensemble);
    }

    /** Sends so many and returns when the broker has them. */
    void send(int count) throws IOException, InterruptedException {
        List<Future<RecordMetadata>> sent = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            String id = UUID.randomUUID().toString();
            tensor.setData(tensors.get(next++ % tensors.size()));
            byte[] value = sample.setEscalationId(id)
                    .setTensors(Tensors.newBuilder().addTensors(tensor))
                    .build()
                    .toByteArray();
            sent.add(producer.send(new ProducerRecord<>(TOPIC, id.getBytes(StandardCharsets.UTF_8), value)));
        }
        try {
            for (Future<RecordMetadata> each : sent) {
                each.get();
            }
            total += count;
        } catch (ExecutionException e) {
            throw new IOException("the broker does not take escalations: " + e.getCause(), e);
        }
    }

    /** Escalations whose answers are not committed. */
    long lag() throws IOException, InterruptedException {
        try {
            long read = admin.listConsumerGroupOffsets(GROUP).partitionsToOffsetAndMetadata().get().values().stream()
                    .mapToLong(offset -> offset.offset())
                    .sum();
            return total - read;
        } catch (ExecutionException e) {
            throw new IOException("the lag cannot be read: " + e.getCause(), e);
        }
    }

    /**
     * Waits until all are answered.
     *
     * @throws CommandFailure if the cloud does not come nearer to that
     */
    void awaitAnswers(double mostSeconds) throws IOException, InterruptedException {
        long endNanos = System.nanoTime() + Math.round(mostSeconds * 1e9);
        while (lag() > 0) {
            if (System.nanoTime() > endNanos) {
                throw new CommandFailure(
                        "the cloud did not answer all escalations within %.0f s".formatted(mostSeconds));
            }
            // Seldom, since the broker that answers is a part of what is measured.
            Thread.sleep(LOOK_MILLIS);
        }
    }

    @Override
    public void close() {
        producer.close();
        admin.close();
    }
}
