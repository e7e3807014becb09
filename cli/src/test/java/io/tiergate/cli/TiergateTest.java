package io.tiergate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TiergateTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path folder;

    @Test
    void withoutArgumentsItListsTheCommands() {
        assertThat(run()).isZero();
        assertThat(out.toString())
                .contains("demo", "edge", "cloud", "kafka", "model", "gate", "outbox", "bench", "test");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void everyCommandHasHelp() {
        for (String command :
                new String[] {"demo", "edge", "cloud", "kafka", "model", "gate", "outbox", "bench", "test"}) {
            assertThat(run(command, "--help")).as(command).isZero();
        }
    }

    @Test
    void anUnknownCommandIsWrongUsageAndTheNearestIsNamed() {
        assertThat(run("demoo")).isEqualTo(2);
        assertThat(err.toString())
                .isEqualToIgnoringNewLines(
                        "tiergate: 'demoo' is not a command (expected: demo, edge, cloud, kafka, model, gate, outbox, dead-letters, bench, test). Did you mean demo?"
                                + "See ./tiergate --help.");
    }

    @Test
    void aMissingOptionIsWrongUsage() {
        assertThat(run("edge")).isEqualTo(2);
        assertThat(err.toString()).startsWith("tiergate edge: ").contains("--models");
        assertThat(run("cloud", "--models", ".")).isEqualTo(2);
        assertThat(err.toString()).contains("--kafka");
    }

    @Test
    void theComparisonIsToldWhatToMeasureByName() {
        assertThat(run("bench", "--only", "echo,nonsense")).isEqualTo(2);
        assertThat(err.toString())
                .contains("nonsense")
                .contains("model, echo, afternoon, node, plain, gated, overload, swap, cloud, footprint, ledger, away");
        assertThat(run(
                        "bench",
                        "--report",
                        folder.resolve("missing/report.json").toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("tiergate bench: --report: ").contains("cannot be written");
    }

    @Test
    void theDemoTakesDataAndModelsTogetherOrNeither() {
        assertThat(run("demo", "--data", ".")).isEqualTo(2);
        assertThat(err.toString())
                .contains("--data is given without --models (expected: both, or neither for the generated parts)");
        assertThat(run("demo", "--models", ".")).isEqualTo(2);
        assertThat(err.toString()).contains("--models is given without --data");
    }

    @Test
    void theSplitDemoIsForTheGeneratedPartsAndAnotherModel() {
        assertThat(run("demo", "--split", "--data", ".", "--models", ".")).isEqualTo(2);
        assertThat(err.toString()).contains("--split compares models of the generated parts");
        assertThat(run("demo", "--split", "--model", "parts-split-edge")).isEqualTo(2);
        assertThat(err.toString()).contains("(expected: another --model, or none for parts-edge)");
    }

    @Test
    void theDemoLooksWhetherItsFilesCanBeWrittenBeforeItStartsAnything() {
        for (String flag : new String[] {"--show", "--report"}) {
            // No launcher has told where the source is: the test's own folder is one below.
            System.setProperty("launcher.home", "..");
            try {
                assertThat(run("demo", flag, folder.resolve("none/file").toString()))
                        .isEqualTo(1);
            } finally {
                System.clearProperty("launcher.home");
            }
            assertThat(err.toString()).contains(flag + ": ").contains("cannot be written");
        }
    }

    @Test
    void numbersOutOfRangeAreWrongUsage() {
        assertThat(run("demo", "--data", ".", "--models", ".", "--requests", "0"))
                .isEqualTo(2);
        assertThat(run("demo", "--data", ".", "--models", ".", "--rate", "NaN")).isEqualTo(2);
        assertThat(run("edge", "--models", ".", "--port", "70000")).isEqualTo(2);
        assertThat(err.toString()).contains("--port: 70000 (expected: 1 to 65535)");
        assertThat(run("edge", "--models", ".", "--port", "9000", "--http-port", "9000"))
                .isEqualTo(2);
        assertThat(run("edge", "--models", ".", "--kafka", "somewhere")).isEqualTo(2);
        assertThat(err.toString()).contains("--kafka: 'somewhere' (expected: HOST:PORT");
    }

    @Test
    void aModelsFolderThatIsNotThereIsNamed() {
        assertThat(run("edge", "--models", folder.resolve("none").toString())).isEqualTo(1);
        assertThat(err.toString())
                .contains("--models: ")
                .contains("is not a folder")
                .doesNotContain("\tat ");
    }

    @Test
    void aTakenPortIsNamedWithTheFlagThatChangesIt() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            String port = Integer.toString(taken.getLocalPort());
            assertThat(run("edge", "--models", folder.toString(), "--kafka", "none", "--port", port))
                    .isEqualTo(1);
            assertThat(err.toString()).contains("port " + port + " is taken. Choose another with --port");
        }
    }

    @Test
    void theStackTraceIsShownOnRequestOnly() {
        assertThat(run("edge", "--verbose", "--models", folder.resolve("none").toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("\tat io.tiergate.cli");
    }

    private int run(String... arguments) {
        CommandLine command = Tiergate.commandLine();
        return command.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
