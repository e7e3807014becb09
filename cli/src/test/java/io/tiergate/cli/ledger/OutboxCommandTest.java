package io.tiergate.cli.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tiergate.cli.TestCommandLine;
import io.tiergate.ledger.LedgerFolder;
import io.tiergate.ledger.LedgerFormat;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Purpose;
import io.tiergate.proto.v1.VerdictSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutboxCommandTest {
    @TempDir
    private Path folder;

    private final TestCommandLine tiergate = new TestCommandLine();

    private int outbox(String command, String... more) {
        List<String> arguments = new ArrayList<>(List.of("outbox", command, "--data-dir", folder.toString()));
        arguments.addAll(List.of(more));
        return tiergate.run(arguments.toArray(String[]::new));
    }

    private static List<Integer> formats() {
        return List.of(1, 2, LedgerFormat.newest());
    }

    /** One of each state that there is, and one more that is pending. */
    private List<String> fill(TestLedger ledger) throws Exception {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.add(ledger.promise(Purpose.PURPOSE_ESCALATED));
        }
        ids.add(ledger.promise(Purpose.PURPOSE_AUDITED));
        ledger.sent(ids.get(1));
        ledger.parked(ids.get(2));
        ledger.verdict(ids.get(3), "b", VerdictSource.VERDICT_SOURCE_ENSEMBLE);
        ledger.verdict(ids.get(3), "c", VerdictSource.VERDICT_SOURCE_HUMAN);
        ledger.rejected(ids.get(4), "unknown ensemble");
        return ids;
    }

    @ParameterizedTest
    @MethodSource("formats")
    void listTellsEachEscalationInTheOrderOfPromise(int format) throws Exception {
        List<String> ids;
        try (TestLedger ledger = TestLedger.create(folder, format)) {
            ids = fill(ledger);
        }
        assertThat(outbox("list", "--json")).as(tiergate.err()).isZero();
        assertThat(tiergate.out().lines())
                .containsExactly(
                        line(ids.get(0), "PENDING", "below-threshold", "escalated"),
                        line(ids.get(1), "SENT", "below-threshold", "escalated"),
                        line(ids.get(2), "PARKED", "unsure", "escalated"),
                        "{\"id\":\"%s\",\"state\":\"VERDICT\",\"reason\":\"below-threshold\",\"why\":\"escalated\",\"label\":\"c\",\"source\":\"HUMAN\"}"
                                .formatted(ids.get(3)),
                        line(ids.get(4), "REJECTED", "unknown ensemble", "escalated"),
                        line(ids.get(5), "PENDING", "confident", "audited"));

        assertThat(outbox("list", "--state", "verdict,Rejected")).isZero();
        assertThat(tiergate.out())
                .contains(ids.get(3), "c (human)", ids.get(4))
                .doesNotContain(ids.get(0))
                .doesNotContain(ids.get(5));
    }

    private static String line(String id, String state, String reason, String why) {
        return "{\"id\":\"%s\",\"state\":\"%s\",\"reason\":\"%s\",\"why\":\"%s\",\"label\":null,\"source\":null}"
                .formatted(id, state, reason, why);
    }

    @Test
    void listGoesOnOverManyPages() throws Exception {
        try (TestLedger ledger = TestLedger.create(folder)) {
            ledger.promise(2500);
        }
        assertThat(outbox("list", "--json")).isZero();
        assertThat(tiergate.out().lines().distinct()).hasSize(2500);
    }

    @Test
    void anUnknownStateIsWrongUsage() {
        assertThat(outbox("list", "--state", "open")).isEqualTo(2);
        assertThat(tiergate.err())
                .contains("'open' (expected: PENDING, SENT, PARKED, VERDICT, EXPIRED, EVICTED, REJECTED)");
    }

    @ParameterizedTest
    @MethodSource("formats")
    void showTellsAllOfOneWithItsEvents(int format) throws Exception {
        List<String> ids;
        try (TestLedger ledger = TestLedger.create(folder, format)) {
            ids = fill(ledger);
        }
        assertThat(outbox("show", ids.get(3), "--json")).as(tiergate.err()).isZero();
        JsonNode story = new ObjectMapper().readTree(tiergate.out());
        assertThat(story.path("state").asText()).isEqualTo("VERDICT");
        assertThat(story.path("verdict").path("label").asText()).isEqualTo("c");
        assertThat(story.path("payload_bytes").isNull()).isTrue();
        assertThat(story.path("events"))
                .extracting(event -> event.path("verdict").path("label").asText())
                .containsExactly("b", "c");

        assertThat(outbox("show", ids.get(2))).isZero();
        assertThat(tiergate.out()).contains("PARKED", "unsure", "line-3", "input UINT8[3000]");

        assertThat(outbox("show", "nobody")).isEqualTo(1);
        assertThat(tiergate.err()).contains("nobody is not in this ledger").contains("outbox list");
    }

    @ParameterizedTest
    @MethodSource("formats")
    void verifyPrintsTheSumsOfALedgerThatHolds(int format) throws Exception {
        try (TestLedger ledger = TestLedger.create(folder, format)) {
            List<String> ids = fill(ledger);
            if (format >= 2) {
                ledger.reported(ids.get(0), "b");
            }
        }
        assertThat(outbox("verify")).as(tiergate.out() + tiergate.err()).isZero();
        assertThat(tiergate.out())
                .contains("format " + format)
                .containsPattern("promised +6 = 5 escalated \\+ 1 audited")
                .contains("The ledger holds.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DELETE FROM payload WHERE sequence = 1 | has no payload",
                "INSERT INTO payload SELECT 4, sample FROM payload WHERE sequence = 1 | still has its payload",
                "UPDATE payload SET sample = x'ffff' WHERE sequence = 1 | has a payload that cannot be read",
                "UPDATE escalation SET id = 'another' WHERE sequence = 2 | another has a payload that cannot be read or is another's",
                "UPDATE escalation SET envelope = NULL WHERE sequence = 1; INSERT INTO report (sequence, label) VALUES (1, x'') | nothing to send it with",
                "UPDATE escalation SET verdict = NULL WHERE sequence = 4 | has no verdict",
                "UPDATE escalation SET verdict = x'ff' WHERE sequence = 4 | has a verdict that cannot be read",
                "UPDATE escalation SET state = 5 WHERE sequence = 4 | is EXPIRED, but its last event says VERDICT",
                "DELETE FROM event WHERE sequence = 5 | is REJECTED without an event",
                "UPDATE escalation SET state = 12 WHERE sequence = 1 | has state 12, which there is not",
                "UPDATE escalation SET state = 12 WHERE sequence = 1 | promised is 6, but the states add up to 5",
                "UPDATE escalation SET purpose = 0 WHERE sequence = 6 | purpose 0",
                "DELETE FROM escalation WHERE sequence = 1 | payload 1 is of no escalation",
                "UPDATE sqlite_sequence SET seq = 3 WHERE name = 'escalation' | escalation 6 is there, but only 3 were given"
            })
    void verifyNamesWhatAGatewayCannotHaveWritten(String damage) throws Exception {
        String[] parts = damage.split(" \\| ", -1);
        try (TestLedger ledger = TestLedger.create(folder)) {
            fill(ledger);
            for (String change : parts[0].split("; ", -1)) {
                ledger.execute(change);
            }
        }
        assertThat(outbox("verify")).isEqualTo(1);
        assertThat(tiergate.out()).contains(parts[1]).doesNotContain("The ledger holds.");
        assertThat(tiergate.err()).contains("./tiergate outbox repair --data-dir " + folder);
    }

    @Test
    void whatIsAskedAboutAgainNeedsNoPayloadAndMayHaveBeenParked() throws Exception {
        try (TestLedger ledger = TestLedger.create(folder)) {
            String sent = ledger.promise(Purpose.PURPOSE_ESCALATED);
            ledger.sent(sent);
            ledger.askedAgain(sent);
            String parked = ledger.promise(Purpose.PURPOSE_ESCALATED);
            ledger.parked(parked);
            ledger.askedAgain(parked);
        }
        assertThat(outbox("verify")).as(tiergate.out()).isZero();
        try (TestLedger ledger = TestLedger.create(folder.resolve("other"))) {
            String parked = ledger.promise(Purpose.PURPOSE_ESCALATED);
            ledger.parked(parked);
            ledger.execute("UPDATE escalation SET state = 1");
        }
        assertThat(tiergate.run(
                        "outbox",
                        "verify",
                        "--data-dir",
                        folder.resolve("other").toString()))
                .as("nobody has asked about that one")
                .isEqualTo(1);
    }

    @Test
    void verifyListsTwentyThingsAndCountsTheOthers() throws Exception {
        try (TestLedger ledger = TestLedger.create(folder)) {
            ledger.promise(50);
            ledger.execute("DELETE FROM payload");
        }
        assertThat(outbox("verify")).isEqualTo(1);
        assertThat(tiergate.out().lines().filter(line -> line.endsWith("has no payload")))
                .hasSize(20);
        assertThat(tiergate.out()).contains("and 30 more");
    }

    @Test
    void aRunningGatewayIsNeitherHeldUpNorInTheWay() throws Exception {
        try (TestLedger ledger = TestLedger.create(folder);
                FileLock lock = new LedgerFolder(folder).lock()) {
            assertThat(lock.isValid()).isTrue();
            String committed = ledger.promise(Purpose.PURPOSE_ESCALATED);
            // A transaction is open, as it is whenever a gateway has something to do.
            ledger.execute("UPDATE escalation SET state = 2");
            assertThat(outbox("list", "--json")).isZero();
            assertThat(tiergate.out()).contains(committed, "PENDING");
            assertThat(outbox("verify")).as(tiergate.out()).isZero();

            assertThat(outbox("repair")).isEqualTo(1);
            assertThat(tiergate.err()).contains("is used by a running gateway; stop it");
        }
    }

    @Test
    void exportWritesSamplesThatProtobufReads() throws Exception {
        List<String> ids;
        try (TestLedger ledger = TestLedger.create(folder)) {
            ids = fill(ledger);
            ledger.promise(250);
        }
        Path file = folder.resolve("samples.bin");
        assertThat(outbox("export", "--to", file.toString())).as(tiergate.err()).isZero();
        assertThat(tiergate.out()).contains("256 samples").contains("2 have ended and are without their tensors");
        List<EscalatedSample> samples = read(file);
        assertThat(samples).hasSize(256);
        assertThat(samples).extracting(EscalatedSample::getLedgerSequence).isSorted();
        assertThat(samples.getFirst().getEscalationId()).isEqualTo(ids.getFirst());
        assertThat(samples.getFirst().getTensors().getTensors(0).getData().size())
                .isEqualTo(3000);
        assertThat(samples.getFirst().getAttempt()).isEqualTo(1);

        assertThat(outbox("export", "--to", file.toString(), "--state", "sent")).isEqualTo(1);
        assertThat(tiergate.err()).contains("is there already").contains("--force");
        assertThat(read(file)).hasSize(256);
        assertThat(outbox("export", "--to", file.toString(), "--state", "sent", "--force"))
                .isZero();
        assertThat(read(file)).extracting(EscalatedSample::getEscalationId).containsExactly(ids.get(1));

        assertThat(outbox("export", "--to", folder.resolve("none/file").toString()))
                .isEqualTo(1);
        assertThat(tiergate.err()).contains("--to: ").contains("cannot be written");
    }

    private static List<EscalatedSample> read(Path file) throws IOException {
        List<EscalatedSample> samples = new ArrayList<>();
        try (InputStream in = Files.newInputStream(file)) {
            EscalatedSample sample = EscalatedSample.parseDelimitedFrom(in);
            while (sample != null) {
                samples.add(sample);
                sample = EscalatedSample.parseDelimitedFrom(in);
            }
        }
        return samples;
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "verify", "repair"})
    void whatIsNoLedgerIsSaidInASentence(String command) throws Exception {
        Path file = folder.resolve("ledger.db");
        assertThat(outbox(command)).isEqualTo(1);
        assertThat(tiergate.err()).contains("has no ledger.db (expected: an edge gateway's data folder)");

        Files.createDirectory(file);
        assertThat(outbox(command)).isEqualTo(1);
        assertThat(tiergate.err()).contains("is a directory (expected: the ledger, a file)");
        Files.delete(file);

        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file)) {
            other.createStatement().execute("CREATE TABLE recipe (name TEXT)");
        }
        byte[] before = Files.readAllBytes(file);
        assertThat(outbox(command)).isEqualTo(1);
        assertThat(tiergate.err()).contains("is a database of another program").doesNotContain("repair --data");
        assertThat(file).hasBinaryContent(before);
        Files.delete(file);

        try (TestLedger ledger = TestLedger.create(folder)) {
            ledger.execute("PRAGMA user_version = 99");
        }
        assertThat(outbox(command)).isEqualTo(1);
        assertThat(tiergate.err()).contains("has format 99, made by a newer Tiergate");
    }

    @Test
    void aFileThatIsNoDatabaseIsSaidInASentence() throws Exception {
        Files.writeString(folder.resolve("ledger.db"), "a diary, not a database");
        assertThat(outbox("list")).isEqualTo(1);
        assertThat(tiergate.err()).contains("is no SQLite file").contains("./tiergate outbox repair --data-dir");

        Files.write(folder.resolve("ledger.db"), new byte[0]);
        assertThat(outbox("list")).isEqualTo(1);
        assertThat(tiergate.err()).contains("is empty: no gateway has written to it yet");
    }
}
