package io.tiergate.cli.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.cli.TestCommandLine;
import io.tiergate.cli.ledger.TestLedger;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Purpose;
import io.tiergate.proto.v1.VerdictSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryCommandTest {
    private static final String MODEL = LevelImages.MODELS.resolve("tiny-image").toString();

    @TempDir
    private Path folder;

    private final TestCommandLine tiergate = new TestCommandLine();

    private Connection ledger() throws Exception {
        return DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("ledger.db"));
    }

    @BeforeEach
    void writeLedger() throws Exception {
        try (TestLedger ledger = TestLedger.create(folder)) {
            insert(ledger, "tiny-image", "margin", 0.9, 0.05, "a");
            insert(ledger, "tiny-image", "margin", 0.7, 0.05, "b");
            insert(ledger, "tiny-image", "margin", 0.2, 1, null);
            insert(ledger, "tiny-image", "entropy", 0.2, 1, null);
            insert(ledger, "another", "margin", 0.2, 1, null);
        }
    }

    /** The edge's label is a; with an inclusion below 1 it is an audit. */
    private static void insert(
            TestLedger ledger, String model, String scoreName, double score, double inclusion, String verdict)
            throws Exception {
        EscalatedSample.Builder sample = EscalatedSample.newBuilder()
                .setEscalationId(UUID.randomUUID().toString())
                .setScoreName(scoreName)
                .setScore(score)
                .setReason(inclusion < 1 ? "confident" : "below-threshold")
                .setPurpose(inclusion < 1 ? Purpose.PURPOSE_AUDITED : Purpose.PURPOSE_ESCALATED)
                .setInclusionProbability(inclusion);
        sample.getModelBuilder().setName(model).setVersion(1);
        sample.getPredictionBuilder().setLabel("a");
        String id = ledger.promise(sample.build());
        if (verdict != null) {
            ledger.verdict(id, verdict, VerdictSource.VERDICT_SOURCE_ENSEMBLE);
        }
    }

    private int run(String... more) {
        String[] arguments = new String[6 + more.length];
        System.arraycopy(
                new String[] {"gate", "replay", "--model", MODEL, "--history", folder.toString()}, 0, arguments, 0, 6);
        System.arraycopy(more, 0, arguments, 6, more.length);
        return tiergate.run(arguments);
    }

    @Test
    void itWeighsWhatWasSentAndSaysWhatItCannotKnow() {
        assertThat(run("--policy", "fixed:0.8")).as(tiergate.err()).isZero();
        assertThat(tiergate.out())
                .contains("3 samples of tiny-image that were sent, 2 of them audits")
                .contains("about 41 samples")
                .contains("about 21 of these (51.2 %)")
                .contains("contradict about 0 % of what would be accepted (of about 20")
                .contains("disagreement is less than risk")
                .contains("1 samples were gated by another score");

        assertThat(run("--policy", "shadow")).isZero();
        assertThat(tiergate.out())
                .contains("about 0 of these")
                .contains("contradict about 50 % of what would be accepted");
    }

    @Test
    void withoutAuditsNothingIsKnownOfWhatWasAccepted() throws Exception {
        try (Connection ledger = ledger();
                Statement statement = ledger.createStatement()) {
            statement.execute("DELETE FROM escalation WHERE sequence <= 2");
        }
        assertThat(run("--policy", "fixed:0.8")).isZero();
        assertThat(tiergate.out())
                .contains("unknown: there is no verdict on what would be accepted")
                .contains("No audits were drawn");
    }

    @Test
    void whatCannotBeAnsweredSaysWhy() throws Exception {
        assertThat(run()).isEqualTo(1);
        assertThat(tiergate.err()).contains("tiny-image/1 has no certificate");
        assertThat(run("--policy", "budget:0.1")).isEqualTo(1);
        assertThat(tiergate.err()).contains("policy budget follows the scores");
        assertThat(run("--policy", "fixed:0.8", "--data", folder.toString())).isEqualTo(2);
        assertThat(tiergate.err()).contains("expected: --data with labelled images, or --history");

        assertThat(run(
                        "--policy",
                        "fixed:0.8",
                        "--report",
                        folder.resolve("r.json").toString()))
                .as("it would not be written")
                .isEqualTo(2);
        assertThat(tiergate.err()).contains("--history stands alone");
        assertThat(run("--policy", "policy: fixed, threshold: 0.8, class-thresholds: { ok: 0.9 }"))
                .isEqualTo(1);
        assertThat(tiergate.err()).contains("thresholds by class and budgets are not imitated");

        Files.delete(folder.resolve("ledger.db"));
        assertThat(run("--policy", "fixed:0.8")).isEqualTo(1);
        assertThat(tiergate.err()).contains("has no ledger.db (expected: an edge gateway's data folder)");
    }
}
