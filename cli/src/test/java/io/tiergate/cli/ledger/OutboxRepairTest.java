package io.tiergate.cli.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tiergate.cli.TestCommandLine;
import io.tiergate.ledger.LedgerFormat;
import io.tiergate.proto.v1.Purpose;
import io.tiergate.proto.v1.VerdictSource;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ledgers are damaged on purpose; after the repair they hold, and what was damaged is still there. */
class OutboxRepairTest {
    private static final int PAGE_BYTES = 4096;
    private static final int EACH = 60;
    /** Prime, so that pages of every kind are hit. */
    private static final int PAGES_BETWEEN = 7;

    @TempDir
    private Path folder;

    private final TestCommandLine tiergate = new TestCommandLine();

    private Path file() {
        return folder.resolve("ledger.db");
    }

    private int outbox(String command, String... more) {
        List<String> arguments = new ArrayList<>(List.of("outbox", command, "--data-dir", folder.toString()));
        arguments.addAll(List.of(more));
        return tiergate.run(arguments.toArray(String[]::new));
    }

    /** So many pending, sent, parked and rejected, and as many with a verdict, in turn. */
    private List<String> fill(int format) throws SQLException {
        List<String> ids = new ArrayList<>();
        try (TestLedger ledger = TestLedger.create(folder, format)) {
            for (int i = 0; i < EACH; i++) {
                ids.add(ledger.promise(Purpose.PURPOSE_ESCALATED));
                String sent = ledger.promise(Purpose.PURPOSE_ESCALATED);
                ledger.sent(sent);
                String parked = ledger.promise(Purpose.PURPOSE_AUDITED);
                ledger.parked(parked);
                String decided = ledger.promise(Purpose.PURPOSE_ESCALATED);
                ledger.parked(decided);
                ledger.verdict(decided, "b", VerdictSource.VERDICT_SOURCE_HUMAN);
                String rejected = ledger.promise(Purpose.PURPOSE_ESCALATED);
                ledger.rejected(rejected, "unknown ensemble");
                ids.addAll(List.of(sent, parked, decided, rejected));
            }
        }
        return ids;
    }

    private long rootOf(String table) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                var statement = connection.createStatement()) {
            return statement
                    .executeQuery("SELECT rootpage FROM sqlite_schema WHERE name = '" + table + "'")
                    .getLong(1);
        }
    }

    private void change(String change) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                var statement = connection.createStatement()) {
            statement.execute(change);
        }
    }

    private void overwrite(long at, byte[] bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(file().toFile(), "rw")) {
            file.seek(at);
            file.write(bytes);
        }
    }

    private Map<String, JsonNode> list() throws IOException {
        assertThat(outbox("list", "--json")).as(tiergate.err()).isZero();
        Map<String, JsonNode> byId = new TreeMap<>();
        for (String line : tiergate.out().lines().toList()) {
            JsonNode escalation = new ObjectMapper().readTree(line);
            byId.put(escalation.path("id").asText(), escalation);
        }
        return byId;
    }

    /** Repairs, and checks what holds after every repair. */
    private Map<String, JsonNode> repaired() throws IOException, SQLException {
        byte[] damaged = Files.readAllBytes(file());
        assertThat(outbox("verify")).as(tiergate.out()).isEqualTo(1);
        assertThat(outbox("repair")).as(tiergate.err()).isZero();
        assertThat(tiergate.out()).contains("ledger.db.damaged-1");
        assertThat(folder.resolve("ledger.db.damaged-1")).hasBinaryContent(damaged);
        assertThat(outbox("verify")).as(tiergate.out() + tiergate.err()).isZero();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(path -> path.getFileName().toString())).noneMatch(name -> name.startsWith("repair-"));
        }
        checkWorth();
        return list();
    }

    /** The gateway goes by the worth alone: what has it without waiting would be tried for ever, what waits without it would go last. */
    private void checkWorth() throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                var statement = connection.createStatement()) {
            if (statement.executeQuery("PRAGMA user_version").getInt(1) < 5) {
                return;
            }
            assertThat(statement.executeQuery("""
                    SELECT count(*) FROM escalation LEFT JOIN payload USING (sequence)
                    WHERE worth IS NOT CASE
                      WHEN sample IS NULL OR state > 3 THEN NULL WHEN state = 3 THEN -2 WHEN state = 2 THEN -1
                      WHEN purpose = 2 THEN 2 WHEN worth = 0.7 THEN 0.7 ELSE 0.5 END""").getInt(1)).isZero();
        }
    }

    private static List<Integer> formats() {
        return IntStream.rangeClosed(1, LedgerFormat.newest()).boxed().toList();
    }

    @Test
    void aWholeLedgerIsLeftAlone() throws Exception {
        fill(LedgerFormat.newest());
        byte[] before = Files.readAllBytes(file());
        assertThat(outbox("repair")).as(tiergate.err()).isZero();
        assertThat(tiergate.out()).contains("is whole; nothing was changed");
        assertThat(file()).hasBinaryContent(before);
        assertThat(folder.resolve("ledger.db.damaged-1")).doesNotExist();
    }

    @ParameterizedTest
    @MethodSource("formats")
    void aBrokenRootOfTheEscalationsLosesNoId(int format) throws Exception {
        List<String> ids = fill(format);
        overwrite((rootOf("escalation") - 1) * PAGE_BYTES, new byte[PAGE_BYTES]);

        Map<String, JsonNode> kept = repaired();

        assertThat(kept.keySet()).containsExactlyInAnyOrderElementsOf(ids);
        for (int i = 0; i < ids.size(); i += 5) {
            // Whether it was sent is not in its sample: it is sent again, and the cloud knows it.
            assertThat(kept.get(ids.get(i)).path("state").asText()).isEqualTo("PENDING");
            assertThat(kept.get(ids.get(i + 1)).path("state").asText()).isEqualTo("PENDING");
            assertThat(kept.get(ids.get(i + 2)).path("state").asText()).isEqualTo("PARKED");
            assertThat(kept.get(ids.get(i + 2)).path("why").asText()).isEqualTo("audited");
            assertThat(kept.get(ids.get(i + 3)).path("state").asText()).isEqualTo("VERDICT");
            assertThat(kept.get(ids.get(i + 3)).path("label").asText()).isEqualTo("b");
            assertThat(kept.get(ids.get(i + 4)).path("state").asText()).isEqualTo("REJECTED");
            assertThat(kept.get(ids.get(i + 4)).path("reason").asText()).isEqualTo("unknown ensemble");
        }
    }

    @ParameterizedTest
    @MethodSource("formats")
    void withoutPayloadsWhatWaitsEndsAndTheRestStays(int format) throws Exception {
        List<String> ids = fill(format);
        overwrite((rootOf("payload") - 1) * PAGE_BYTES, new byte[PAGE_BYTES]);

        Map<String, JsonNode> kept = repaired();

        assertThat(kept.keySet()).containsExactlyInAnyOrderElementsOf(ids);
        for (int i = 0; i < ids.size(); i += 5) {
            assertThat(kept.get(ids.get(i)).path("state").asText()).isEqualTo("REJECTED");
            assertThat(kept.get(ids.get(i)).path("reason").asText()).isEqualTo("lost-to-damage");
            assertThat(kept.get(ids.get(i + 1)).path("state").asText()).isEqualTo("SENT");
            assertThat(kept.get(ids.get(i + 2)).path("state").asText()).isEqualTo("PARKED");
            assertThat(kept.get(ids.get(i + 3)).path("state").asText()).isEqualTo("VERDICT");
        }
    }

    @Test
    void whatIsAskedAboutAgainGoesOnWaitingWithoutItsPayload() throws Exception {
        String sent;
        String parked;
        try (TestLedger ledger = TestLedger.create(folder)) {
            sent = ledger.promise(Purpose.PURPOSE_ESCALATED);
            ledger.sent(sent);
            ledger.askedAgain(sent);
            parked = ledger.promise(Purpose.PURPOSE_ESCALATED);
            ledger.parked(parked);
            ledger.askedAgain(parked);
            ledger.promise(300);
        }
        overwrite((rootOf("payload") - 1) * PAGE_BYTES, new byte[PAGE_BYTES]);
        Map<String, JsonNode> kept = repaired();
        assertThat(kept.get(sent).path("state").asText()).isEqualTo("PENDING");
        assertThat(kept.get(parked).path("state").asText()).isEqualTo("PENDING");
    }

    @Test
    void whatWasLostIsTold() throws Exception {
        fill(LedgerFormat.newest());
        overwrite((rootOf("payload") - 1) * PAGE_BYTES, new byte[PAGE_BYTES]);
        assertThat(outbox("repair")).isZero();
        assertThat(tiergate.out())
                .contains("Kept: 60 SENT, 60 PARKED, 60 VERDICT, 120 REJECTED")
                .contains("Lost the sample before the end")
                .contains("60 PENDING");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "event",
                "sqlite_autoindex_escalation_1",
                "escalation_pending",
                "escalation_worth",
                "escalation_asked",
                "clock",
                "inbox",
                "report"
            })
    void withoutWhatCanBeMadeAnewNothingIsLost(String table) throws Exception {
        fill(LedgerFormat.newest());
        Map<String, JsonNode> before = list();
        overwrite((rootOf(table) - 1) * PAGE_BYTES, new byte[PAGE_BYTES]);
        assertThat(repaired()).isEqualTo(before);
    }

    @Test
    void withoutTheFirstPageItIsReadWithAFreshOne() throws Exception {
        fill(LedgerFormat.newest());
        Map<String, JsonNode> before = list();
        overwrite(0, new byte[PAGE_BYTES]);
        assertThat(repaired()).isEqualTo(before);
    }

    @Test
    void aFileThatIsNoDatabaseIsMovedAside() throws Exception {
        Files.writeString(file(), "a diary, not a database");
        assertThat(repaired()).isEmpty();
        assertThat(tiergate.run("outbox", "verify", "--data-dir", folder.toString()))
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.9, 0.5, 0.2})
    void whatATruncatedFileStillHasIsKept(double share) throws Exception {
        List<String> ids = fill(LedgerFormat.newest());
        try (RandomAccessFile file = new RandomAccessFile(file().toFile(), "rw")) {
            // In the middle of a page.
            file.setLength((long) (file.length() * share) / PAGE_BYTES * PAGE_BYTES + 1234);
        }
        Map<String, JsonNode> kept = repaired();
        assertThat(ids).containsAll(kept.keySet());
        assertThat((double) kept.size()).isGreaterThan(ids.size() * share * 0.6);
    }

    @Test
    void behindABrokenPageTheReadingGoesOn() throws Exception {
        try (TestLedger ledger = TestLedger.create(folder)) {
            ledger.promise(3000);
        }
        List<Integer> leaves = new ArrayList<>();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                var statement = connection.createStatement();
                var pages = statement.executeQuery(
                        "SELECT pageno FROM dbstat WHERE name = 'escalation' AND pagetype = 'leaf' ORDER BY path")) {
            while (pages.next()) {
                leaves.add(pages.getInt(1));
            }
        }
        assertThat(leaves).hasSizeGreaterThan(20);
        // The payloads go, too: else they would tell what the rows do not.
        overwrite((rootOf("payload") - 1) * PAGE_BYTES, new byte[PAGE_BYTES]);
        for (int leaf : List.of(leaves.get(3), leaves.get(4), leaves.get(12))) {
            overwrite((leaf - 1L) * PAGE_BYTES, new byte[PAGE_BYTES]);
        }

        assertThat(repaired()).hasSize(3000);

        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT count(*) FROM escalation WHERE model = ''")) {
            assertThat(row.getLong(1)).isBetween(1L, 3000L * 4 / leaves.size());
        }
    }

    @Test
    void bytesFlippedAnywhereAreFoundOrHarmNothing() throws Exception {
        List<String> ids = fill(LedgerFormat.newest());
        byte[] whole = Files.readAllBytes(file());
        Random random = new Random(11);
        for (int round = 0; round < 15; round++) {
            byte[] damaged = whole.clone();
            for (int flip = 0; flip < 20; flip++) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Files.write(file(), damaged);
            outbox("verify");
            assertThat(outbox("repair"))
                    .as("round %d: %s", round, tiergate.err())
                    .isZero();
            assertThat(outbox("verify"))
                    .as("round %d: %s", round, tiergate.out())
                    .isZero();
            // Each flip costs one escalation at most, or what lies on one page.
            assertThat(list()).as("round %d", round).hasSizeGreaterThan(ids.size() * 8 / 10);
        }
    }

    @Test
    void aJournalThatIsCutLosesItsEndAndDamagesNothing() throws Exception {
        Path copy = Files.createDirectory(folder.resolve("copy"));
        try (TestLedger ledger = TestLedger.create(folder)) {
            ledger.promise(20);
            // As the files lie there when a gateway is killed.
            Files.copy(file(), copy.resolve("ledger.db"));
            Files.copy(folder.resolve("ledger.db-wal"), copy.resolve("ledger.db-wal"));
        }
        long bytes = Files.size(copy.resolve("ledger.db-wal"));
        for (long cut = bytes; cut > bytes * 3 / 4; cut -= 997) {
            try (RandomAccessFile journal =
                    new RandomAccessFile(copy.resolve("ledger.db-wal").toFile(), "rw")) {
                journal.setLength(cut);
            }
            Files.deleteIfExists(copy.resolve("ledger.db-shm"));
            int verified = tiergate.run("outbox", "verify", "--data-dir", copy.toString());
            // Before the first commit that is left there is nothing in it yet.
            assertThat(verified == 0 || tiergate.err().contains("is empty"))
                    .as("cut to %d: %s%s", cut, tiergate.out(), tiergate.err())
                    .isTrue();
        }
    }

    @Test
    void theJournalGoesAsideWithItsLedger() throws Exception {
        Path copy = Files.createDirectory(folder.resolve("copy"));
        try (TestLedger ledger = TestLedger.create(folder)) {
            ledger.promise(20);
            ledger.execute("DELETE FROM payload WHERE sequence = 3");
            ledger.promise(1);
            Files.copy(file(), copy.resolve("ledger.db"));
            Files.copy(folder.resolve("ledger.db-wal"), copy.resolve("ledger.db-wal"));
        }
        byte[] journal = Files.readAllBytes(copy.resolve("ledger.db-wal"));
        assertThat(tiergate.run("outbox", "repair", "--data-dir", copy.toString()))
                .as(tiergate.err())
                .isZero();
        assertThat(tiergate.out()).contains("Kept: 20 PENDING, 1 REJECTED");
        assertThat(copy.resolve("ledger.db.damaged-1-wal")).hasBinaryContent(journal);
        assertThat(tiergate.run("outbox", "verify", "--data-dir", copy.toString()))
                .isZero();
    }

    @Test
    void whatIsOnlyANumberStaysCountedUnlessThatCannotBe() throws Exception {
        try (TestLedger ledger = TestLedger.create(folder)) {
            for (int i = 0; i < 10; i++) {
                String ended = ledger.promise(Purpose.PURPOSE_AUDITED);
                ledger.rejected(ended, "unknown ensemble");
                ledger.removed(ended);
            }
            ledger.promise(3);
        }
        assertThat(outbox("verify")).as(tiergate.out()).isZero();
        assertThat(tiergate.out())
                .contains("13 = 3 escalated + 10 audited")
                .contains("10 of them ended so long ago that only their number is kept");
        change("DELETE FROM payload WHERE sequence = 11");
        assertThat(repaired()).hasSize(3);
        assertThat(tiergate.run("outbox", "verify", "--data-dir", folder.toString()))
                .isZero();
        assertThat(tiergate.out()).contains("13 = 3 escalated + 10 audited");

        change("UPDATE removed SET count = 1000000");
        assertThat(outbox("verify")).isEqualTo(1);
        assertThat(tiergate.out()).contains("promised is 1,000,003, but only 13 numbers were given");
        assertThat(outbox("repair")).as(tiergate.err()).isZero();
        assertThat(outbox("verify")).as(tiergate.out()).isZero();
        assertThat(tiergate.out()).contains("13 were promised ever; of the others nothing is left");
    }

    @Test
    void whateverPageIsBrokenItIsFoundAndOnlyWhatLayThereIsLost() throws Exception {
        List<String> ids = fill(LedgerFormat.newest());
        byte[] whole = Files.readAllBytes(file());
        byte[] noise = new byte[PAGE_BYTES];
        new Random(13).nextBytes(noise);
        for (int page = 0; page < whole.length / PAGE_BYTES; page += PAGES_BETWEEN) {
            Files.write(file(), whole);
            overwrite((long) page * PAGE_BYTES, noise);
            assertThat(outbox("verify")).as("page %d: %s", page, tiergate.out()).isEqualTo(1);
            assertThat(outbox("repair")).as("page %d: %s", page, tiergate.err()).isZero();
            assertThat(outbox("verify")).as("page %d: %s", page, tiergate.out()).isZero();
            assertThat(list()).as("page %d", page).containsKeys(ids.toArray(String[]::new));
        }
    }

    @Test
    void aSecondRepairMovesNextToTheFirst() throws Exception {
        fill(LedgerFormat.newest());
        for (int number = 1; number <= 2; number++) {
            change("DELETE FROM payload WHERE sequence = " + (5 * number + 1));
            assertThat(outbox("repair")).isZero();
            assertThat(folder.resolve("ledger.db.damaged-" + number)).exists();
        }
    }

    @Test
    void numbersThatWereGivenAreNotGivenAgain() throws Exception {
        fill(LedgerFormat.newest());
        change("UPDATE sqlite_sequence SET seq = seq + 1000");
        change("DELETE FROM payload WHERE sequence = 1");
        repaired();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                var statement = connection.createStatement()) {
            assertThat(statement
                            .executeQuery("SELECT seq FROM sqlite_sequence WHERE name = 'escalation'")
                            .getLong(1))
                    .isEqualTo(EACH * 5 + 1000);
            assertThat(statement.executeQuery("SELECT max(cursor) FROM event").getLong(1))
                    .isGreaterThan(1000);
        }
    }
}
