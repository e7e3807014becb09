package io.tiergate.cli.letters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.tiergate.cli.TestCommandLine;
import io.tiergate.local.kafka.KafkaBroker;
import io.tiergate.local.process.FreePort;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Tensor;
import io.tiergate.proto.v1.Tensors;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** The commands against a real broker. Every test has a tenant, and so topics, of its own. */
class DeadLettersIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final byte[] KEY = {0, (byte) 0xc3, 0x28};
    private static final byte[] GARBAGE = {(byte) 0xff, (byte) 0xfe, 7, 7, 7};

    @TempDir
    static Path folder;

    private static KafkaBroker broker;
    private static String address;
    private static KafkaProducer<byte[], byte[]> producer;

    private final TestCommandLine command = new TestCommandLine();
    private String tenant;

    @BeforeAll
    static void start() throws Exception {
        int port = FreePort.any();
        broker = KafkaBroker.start(folder.resolve("kafka"), port);
        address = "localhost:" + port;
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", address, "compression.type", "zstd", "max.request.size", 32 << 20),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @AfterAll
    static void stop() throws Exception {
        producer.close();
        broker.close();
    }

    @BeforeEach
    void makeTopics(TestInfo test) throws Exception {
        tenant = test.getTestMethod().orElseThrow().getName();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
            admin.createTopics(List.of(topic("escalations", 3, 8 << 20), topic("dead-letters", 2, 9 << 20)))
                    .all()
                    .get();
        }
    }

    @Test
    void listsWhatIsThereAndChoosesByReasonTimeAndNumber() throws Exception {
        EscalatedSample sample = sample();
        bury("ensemble", "ensemble: 'none' is not served", KEY, sample.toByteArray());
        bury("unreadable", "the value is no EscalatedSample", KEY, GARBAGE);
        bury("tensor", "x: shape [1, 3] (expected: [-1, 4])", KEY, null);

        assertThat(run("list")).isZero();
        assertThat(command.out().lines()).hasSize(4);
        assertThat(command.out()).contains(sample.getEscalationId(), "ensemble: 'none' is not served", "0:2");
        assertThat(listed())
                .hasSize(3)
                .extracting(line -> line.get("code").asText())
                .containsExactly("ensemble", "unreadable", "tensor");
        JsonNode first = listed().get(0);
        assertThat(first.get("letter").asText()).isEqualTo("0:0");
        assertThat(first.get("id").asText()).isEqualTo(sample.getEscalationId());
        assertThat(first.get("origin").asText()).isEqualTo("tiergate." + tenant + ".escalations 1:77");
        assertThat(first.get("replayed").asBoolean()).isFalse();
        assertThat(listed().get(1).get("id").isNull()).isTrue();
        assertThat(listed().get(2).get("bytes").asInt()).isZero();

        assertThat(listed("--reason", "tensor")).hasSize(1);
        assertThat(listed("--reason", "NOT SERVED")).hasSize(1);
        assertThat(listed("--limit", "2")).hasSize(2);
        assertThat(listed("--since", "1h")).hasSize(3);
        assertThat(listed("--until", "1h")).isEmpty();
        assertThat(listed("--since", "2100-01-01T00:00:00Z")).isEmpty();
    }

    @Test
    void showsTheSampleInALetterOrItsFirstBytes() throws Exception {
        EscalatedSample sample = sample();
        bury("tensor", "x: broken", KEY, sample.toByteArray());
        bury("unreadable", "no sample", KEY, GARBAGE);

        assertThat(run("show", "0:0")).isZero();
        assertThat(command.out()).contains(sample.getEscalationId(), "x FP32[1, 4], 16 bytes", "x: broken", "00c328");
        assertThat(run("show", "0:1", "--json")).isZero();
        assertThat(JSON.readTree(command.out()).get("value_begins").asText()).isEqualTo("fffe070707");
        assertThat(run("show", "0:9")).isEqualTo(1);
        assertThat(command.err()).contains("no dead letter lies at 0:9").contains("dead-letters list");
        assertThat(run("show", "9")).isEqualTo(2);
    }

    @Test
    void putsEachLetterBackOnceAsItCame() throws Exception {
        byte[] value = sample().toByteArray();
        bury("tensor", "x: broken", KEY, value);
        bury("unreadable", "no value", null, null);

        assertThat(run("replay", "--all", "--yes")).as(command.err()).isZero();
        assertThat(command.out()).isEqualTo("Put back 2 dead letters.\n");
        List<ConsumerRecord<byte[], byte[]>> back = committed("escalations");
        assertThat(back).hasSize(2);
        ConsumerRecord<byte[], byte[]> replay = back.stream()
                .filter(record -> record.value() != null)
                .findFirst()
                .orElseThrow();
        assertThat(replay.key()).isEqualTo(KEY);
        assertThat(replay.value()).isEqualTo(value);
        assertThat(headers(replay)).containsExactly("traceparent=00-1-2-01", "replay-of=0:0");

        assertThat(run("replay", "--all", "--yes")).isZero();
        assertThat(command.out())
                .isEqualTo("Nothing was replayed; left out: 2 replayed before (--again replays them).\n");
        bury("tensor", "y: broken", KEY, value);
        assertThat(run("replay", "--all", "--yes", "--limit", "1")).isZero();
        assertThat(command.out()).contains("Put back 1 dead letter; left out: 2 replayed before");
        assertThat(run("replay", "0:0", "--yes", "--again")).isZero();
        assertThat(committed("escalations")).hasSize(4);
        assertThat(listed("--waiting")).isEmpty();
        assertThat(listed()).hasSize(3).allMatch(line -> line.get("replayed").asBoolean());
    }

    @Test
    void putsNothingBackUnlessThatIsConfirmedAndShowsWhatItWouldDo() throws Exception {
        bury("tensor", "x: broken", KEY, GARBAGE);

        assertThat(run("replay", "--all", "--dry-run")).isZero();
        assertThat(command.out()).contains("0:0").contains("Would put back 1 dead letter.");
        assertThat(answering("n\n", "replay", "--all")).isEqualTo(1);
        assertThat(command.err()).contains("Put back 1 dead letter on tiergate." + tenant + ".escalations? [y/N]");
        assertThat(answering("", "replay", "--all")).isEqualTo(1);
        assertThat(command.err()).contains("nothing was replayed").contains("--yes");
        assertThat(committed("escalations")).isEmpty();
        assertThat(answering("y\n", "replay", "--reason", "tensor")).isZero();
        assertThat(committed("escalations")).hasSize(1);
    }

    @Test
    void leavesOutWhatItCannotPutBackAndSaysSo() throws Exception {
        bury("tensor", "x: broken", KEY, GARBAGE);
        // Written by hand, and by somebody who would have the command write elsewhere.
        producer.send(new ProducerRecord<>(name("dead-letters"), 0, KEY, GARBAGE))
                .get();
        ProducerRecord<byte[], byte[]> astray = new ProducerRecord<>(name("dead-letters"), 0, KEY, GARBAGE);
        astray.headers().add("origin-topic", "tiergate.default.verdicts".getBytes(UTF_8));
        producer.send(astray).get();

        assertThat(run("replay", "--all", "--yes")).isEqualTo(1);
        assertThat(command.out())
                .isEqualTo(
                        "Put back 1 dead letter; left out: 2 that do not come from a topic of this tenant that is there.\n");
        assertThat(run("replay", "0:0", "1:5", "--yes")).isEqualTo(1);
        assertThat(command.err()).contains("1 of the 2 dead letters are not there; nothing was replayed");
    }

    @Test
    void leavesOutALetterThatItsTopicDoesNotTakeAndPutsTheOthersBack() throws Exception {
        byte[] noise = new byte[8 * 1024 * 1024 + 4096];
        new java.util.Random(7).nextBytes(noise);
        bury("too-large", "value: too large", KEY, noise);
        bury("tensor", "x: broken", KEY, GARBAGE);

        assertThat(run("replay", "--all", "--yes")).isEqualTo(1);
        assertThat(command.out()).contains("Put back 1 dead letter; left out: 1 too large for their topic.");
        assertThat(command.err()).contains("0:0 is left out");
        assertThat(committed("escalations")).hasSize(1);
        assertThat(listed("--waiting")).hasSize(1);
    }

    @Test
    void putsThousandsBackInPortionsEachOnce() throws Exception {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (int i = 0; i < 1500; i++) {
            sent.add(producer.send(letter("tensor", "x: broken", KEY, GARBAGE, i % 2)));
        }
        for (Future<RecordMetadata> each : sent) {
            each.get();
        }

        assertThat(run("replay", "--all", "--yes", "--limit", "1000")).isZero();
        assertThat(committed("escalations")).hasSize(1000);
        assertThat(run("replay", "--reason", "broken", "--yes")).isZero();
        assertThat(command.out()).startsWith("Put back 500 dead letters; left out: 1,000 replayed before");
        assertThat(committed("escalations").stream()
                        .map(record -> headers(record))
                        .distinct())
                .hasSize(1500);
    }

    @Test
    void saysWhatIsWrongWithTheBrokerTheTenantOrTheCall() throws Exception {
        assertThat(command.run("dead-letters", "list", "--kafka", address, "--tenant", "nobody"))
                .isEqualTo(1);
        assertThat(command.err())
                .contains("topic tiergate.nobody.dead-letters is not on " + address)
                .contains(tenant);
        assertThat(command.run("dead-letters", "list", "--kafka", "localhost:" + FreePort.any()))
                .isEqualTo(1);
        assertThat(command.err())
                .contains("Kafka does not answer at localhost:")
                .contains("--kafka");
        assertThat(command.run("dead-letters", "list", "--kafka", "nonsense")).isEqualTo(1);
        assertThat(command.err()).contains("nonsense");
        assertThat(run("replay")).isEqualTo(2);
        assertThat(command.err()).contains("which dead letters?");
        assertThat(run("list", "--since", "yesterday")).isEqualTo(2);
        assertThat(run("list", "--limit", "0")).isEqualTo(2);
        assertThat(command.run("dead-letters", "--help")).isZero();
    }

    private int run(String... arguments) {
        return command.run(Stream.concat(
                        Stream.of("dead-letters"),
                        Stream.concat(Arrays.stream(arguments), Stream.of("--kafka", address, "--tenant", tenant)))
                .toArray(String[]::new));
    }

    private int answering(String input, String... arguments) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(input.getBytes(UTF_8)));
        try {
            return run(arguments);
        } finally {
            System.setIn(before);
        }
    }

    private List<JsonNode> listed(String... filters) throws Exception {
        assertThat(run(Stream.concat(Stream.of("list", "--json"), Arrays.stream(filters))
                        .toArray(String[]::new)))
                .as(command.err())
                .isZero();
        List<JsonNode> lines = new ArrayList<>();
        for (String line : command.out().lines().toList()) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    private void bury(String code, String reason, byte[] key, byte[] value) throws Exception {
        producer.send(letter(code, reason, key, value, 0)).get();
    }

    /** As the cloud words one. */
    private ProducerRecord<byte[], byte[]> letter(String code, String reason, byte[] key, byte[] value, int partition) {
        ProducerRecord<byte[], byte[]> letter = new ProducerRecord<>(name("dead-letters"), partition, key, value);
        letter.headers()
                .add("traceparent", "00-1-2-01".getBytes(UTF_8))
                .add("replay-of", "0:99".getBytes(UTF_8))
                .add("reason", reason.getBytes(UTF_8))
                .add("reason-code", code.getBytes(UTF_8))
                .add("origin-topic", name("escalations").getBytes(UTF_8))
                .add("origin-partition", "1".getBytes(UTF_8))
                .add("origin-offset", "77".getBytes(UTF_8));
        return letter;
    }

    private NewTopic topic(String topic, int partitions, int mostBytes) {
        return new NewTopic(name(topic), partitions, (short) 1)
                .configs(Map.of(
                        "message.timestamp.type", "LogAppendTime", "max.message.bytes", Integer.toString(mostBytes)));
    }

    private String name(String topic) {
        return "tiergate." + tenant + "." + topic;
    }

    private static EscalatedSample sample() {
        return EscalatedSample.newBuilder()
                .setEscalationId("0198c0de-0000-7000-8000-000000000001")
                .setSite("site-1")
                .setEnsemble("none")
                .setTensors(Tensors.newBuilder()
                        .addTensors(Tensor.newBuilder()
                                .setName("x")
                                .setDatatype("FP32")
                                .addShape(1)
                                .addShape(4)
                                .setData(ByteString.copyFrom(new byte[16]))))
                .build();
    }

    private static List<String> headers(ConsumerRecord<byte[], byte[]> record) {
        List<String> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            headers.add(header.key() + "=" + new String(header.value(), UTF_8));
        }
        return headers;
    }

    private List<ConsumerRecord<byte[], byte[]>> committed(String topic) {
        List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", address, "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(name(topic)).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(all::add);
            }
        }
        return all;
    }
}
