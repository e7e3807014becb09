package io.tiergate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.tiergate.local.process.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher as a person calls it, with what this build has just made. */
@Timeout(120)
class LauncherIT {
    private static final Path LAUNCHER =
            Path.of("..", "tiergate").toAbsolutePath().normalize();
    private static final Duration READY_WITHIN = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void worksThroughLinksFromAnotherFolder() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), LAUNCHER);
        Path linkToLink = Files.createSymbolicLink(folder.resolve("again"), link.getFileName());
        assertThat(run(linkToLink, "--help")).isEqualTo(0);
        assertThat(output()).contains("Usage: tiergate");
    }

    @Test
    void givesTheExitCodesOfTheCommand() throws Exception {
        assertThat(run(LAUNCHER, "nonsense")).isEqualTo(2);
        assertThat(run(LAUNCHER, "edge", "--models", "not-here", "--kafka", "none"))
                .isEqualTo(1);
        assertThat(output()).contains("not-here is not a folder").doesNotContain("NoClassDefFoundError");
    }

    /** The commands that become a service have almost nothing on their class path; parsing must not need more. */
    @Test
    void theServicesHelpNeedsNoLibraries() throws Exception {
        for (String command : new String[] {"edge", "cloud"}) {
            assertThat(run(LAUNCHER, command, "--help")).as(command).isZero();
        }
    }

    /** With this mode a JVM that cannot use its cache does not start; otherwise it would go on, and only be slow. */
    @Test
    void theGatewayStartsFromTheCacheThatTheBuildHasMade() throws Exception {
        assumeThat(Runtime.version().feature())
                .as("not tried: ahead-of-time caches take a JDK 25 or newer")
                .isGreaterThanOrEqualTo(25);
        ProcessBuilder builder = builder(LAUNCHER, "edge", "--help");
        builder.environment().put("TIERGATE_JAVA_OPTS", "-XX:AOTMode=on");
        assertThat(builder.start().waitFor()).as(output()).isZero();
        assertThat(LAUNCHER.resolveSibling("cli/target/edge.aot")).exists();
    }

    @Test
    void theModelCommandsFindOnnxRuntimeAndPrintNothingButTheirAnswer() throws Exception {
        Path model = LAUNCHER.resolveSibling("core/src/test/resources/onnx/softmax.onnx");

        assertThat(run(LAUNCHER, "model", "inspect", model.toString())).isZero();
        assertThat(output())
                .startsWith(model + " is a model that ONNX Runtime can run.")
                .doesNotContain("ERROR");
    }

    @Test
    void theStartedProcessIsTheBrokerItselfAndItsFilesAreWhereItWasCalled() throws Exception {
        int port = FreePort.any();
        Process kafka = start(LAUNCHER, "kafka", "--port", Integer.toString(port), "--data-dir", "records");
        try {
            await().atMost(READY_WITHIN).until(() -> output().contains("tiergate kafka ready port=" + port));
            assertThat(kafka.info().command().orElseThrow()).endsWith("java");
            assertThat(folder.resolve("records/log/meta.properties")).exists();
        } finally {
            // A service started by hand ends by a signal, not by the end of its standard input, which is long closed
            // here.
            assertThat(kafka.isAlive()).isTrue();
            kafka.destroy();
            assertThat(kafka.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(FreePort.isFree(port)).isTrue();
    }

    @Test
    void withoutAFittingJdkItSaysWhatItFound() throws Exception {
        // A copy that looks for JDKs only where there is none.
        Path copy = folder.resolve("tiergate");
        String script = Files.readString(LAUNCHER).replaceAll("/usr/|/opt/|/Library/", folder + "/nothing/");
        Files.writeString(copy, script);
        assertThat(copy.toFile().setExecutable(true)).isTrue();
        ProcessBuilder builder = builder(copy, "--help");
        builder.environment().put("HOME", folder.toString());
        builder.environment().remove("JAVA_HOME");
        builder.environment().put("PATH", tools().toString());
        assertThat(builder.start().waitFor()).isEqualTo(1);
        assertThat(output()).contains("needs a JDK 21 or newer; found: none");
    }

    /** The shell tools that the launcher uses, and no Java. */
    private Path tools() throws IOException {
        Path tools = Files.createDirectory(folder.resolve("tools"));
        for (String tool : new String[] {"ls", "dirname", "sed", "head", "find", "cat", "mkdir", "rm", "date", "sh"}) {
            for (String place : new String[] {"/bin", "/usr/bin"}) {
                Path program = Path.of(place, tool);
                if (Files.isExecutable(program) && !Files.exists(tools.resolve(tool))) {
                    Files.createSymbolicLink(tools.resolve(tool), program);
                }
            }
        }
        return tools;
    }

    private int run(Path launcher, String... arguments) throws Exception {
        return start(launcher, arguments).waitFor();
    }

    private Process start(Path launcher, String... arguments) throws IOException {
        return builder(launcher, arguments).start();
    }

    private ProcessBuilder builder(Path launcher, String... arguments) {
        List<String> command = new ArrayList<>(List.of("/bin/sh", launcher.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("output").toFile()));
        builder.environment().putAll(Map.of("TIERGATE_SKIP_BUILD", "1"));
        return builder;
    }

    private String output() throws IOException {
        return Files.readString(folder.resolve("output"));
    }
}
