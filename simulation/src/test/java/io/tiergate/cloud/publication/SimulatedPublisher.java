package io.tiergate.cloud.publication;

import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import io.smallrye.reactive.messaging.kafka.KafkaProducer;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.eclipse.microprofile.reactive.messaging.Emitter;

/** The publisher of a replica whose Kafka clients are simulated. */
public final class SimulatedPublisher {
    private SimulatedPublisher() {}

    /**
     * @param group as the replica's consumer knows it just now
     * @param producer what blocks on it blocks nothing
     */
    @SuppressWarnings("unchecked") // Only a class without its types can be implemented.
    public static TransactionalPublisher of(
            Supplier<ConsumerGroupMetadata> group, Producer<byte[], byte[]> producer, Function<Uni<?>, Uni<?>> later) {
        KafkaConsumer<byte[], byte[]> consumer = implement(
                KafkaConsumer.class,
                "consumerGroupMetadata",
                arguments -> later.apply(Uni.createFrom().item(group)));
        KafkaProducer<byte[], byte[]> sender = implement(KafkaProducer.class, "runOnSendingThread", arguments -> {
            @SuppressWarnings("unchecked")
            Function<Producer<byte[], byte[]>, ?> work = (Function<Producer<byte[], byte[]>, ?>) arguments[0];
            return later.apply(Uni.createFrom().item(() -> work.apply(producer)));
        });
        return new TransactionalPublisher(
                new Clients(consumer, sender), implement(Emitter.class, "isCancelled", a -> false));
    }

    private static <T> T implement(Class<T> type, String method, Function<Object[], Object> answer) {
        InvocationHandler handler = (proxy, called, arguments) -> {
            if (!called.getName().equals(method)) {
                throw new UnsupportedOperationException(called + " is not simulated");
            }
            return answer.apply(arguments);
        };
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    @SuppressWarnings("unchecked")
    private record Clients(KafkaConsumer<byte[], byte[]> consumer, KafkaProducer<byte[], byte[]> sender)
            implements KafkaClientService {
        @Override
        public <K, V> List<KafkaConsumer<K, V>> getConsumers(String channel) {
            return List.of((KafkaConsumer<K, V>) consumer);
        }

        @Override
        public <K, V> KafkaProducer<K, V> getProducer(String channel) {
            return (KafkaProducer<K, V>) sender;
        }

        @Override
        public Set<String> getConsumerChannels() {
            return Set.of("escalations");
        }

        @Override
        public Set<String> getProducerChannels() {
            return Set.of("verdicts");
        }
    }
}
