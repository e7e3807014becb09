package io.tiergate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiergate.local.LocalStack;
import io.tiergate.testing.TestModels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clients that users are shown, run as users run them. The grey sample has all of the edge's scores equal, and its fourth number turns one member a little. */
class ExamplesIT {
    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
    private static final String PYTHON = "/usr/bin/python3";

    @TempDir
    static Path folder;

    private static LocalStack stack;

    @BeforeAll
    static void start() throws Exception {
        Path models = TestModels.copyTo("tiny", folder.resolve("models"));
        stack = LocalStack.in(folder.resolve("stack"))
                .kafka()
                .postgres()
                .cloud(models)
                .edge(models)
                .build();
        stack.start();
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @Test
    void thePythonClientFollowsItsSample() throws Exception {
        boolean installed = Files.isExecutable(Path.of(PYTHON))
                && run(PYTHON, "-c", "import grpc, grpc_tools").exitCode() == 0;
        if (System.getenv("CI") == null) {
            assumeTrue(installed, "missing: Debian's python3-grpcio and python3-grpc-tools, to run the Python example");
        }
        Result result = run(PYTHON, "examples/python/classify.py", "--address", edge(), "--model", "tiny-edge");
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output().lines())
                .first()
                .asString()
                .startsWith("ESCALATED: a, confidence 0.000 (below-threshold)");
        assertThat(result.output()).contains("PARKED: entropy 1.095 above 0.500");
    }

    @Test
    void thePythonClientSaysWhatWentWrong() throws Exception {
        assumeTrue(
                System.getenv("CI") != null
                        || run(PYTHON, "-c", "import grpc, grpc_tools").exitCode() == 0,
                "missing: Debian's python3-grpcio and python3-grpc-tools, to run the Python example");
        Result result = run(PYTHON, "examples/python/classify.py", "--address", edge(), "--model", "nobody");
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output()).contains("NOT_FOUND: Request for unknown model: 'nobody' is not found");
    }

    @Test
    void theJavaClientFollowsItsSample() throws Exception {
        Result result = java(edge(), "tiny-edge");
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output()).contains("DECISION_ESCALATED: a, confidence 0.000 (below-threshold)");
        assertThat(result.output()).contains("ESCALATION_STATE_PARKED: entropy 1.095 above 0.500");
    }

    @Test
    void theJavaClientSaysWhatWentWrong() throws Exception {
        Result result = java(edge(), "nobody");
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output()).contains("NOT_FOUND: Request for unknown model: 'nobody' is not found");
    }

    private record Result(int exitCode, String output) {}

    private static String edge() {
        return "localhost:" + stack.ports().edgeGrpc();
    }

    private static Result java(String... arguments) throws IOException, InterruptedException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        String classPath = HOME.resolve("cli/target/lib") + "/*";
        List<String> command =
                new java.util.ArrayList<>(List.of(java.toString(), "-cp", classPath, "examples/java/Classify.java"));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    private static Result run(String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "output", ".txt");
        Process process = new ProcessBuilder(command)
                .directory(HOME.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        process.getOutputStream().close();
        assertThat(process.waitFor(90, TimeUnit.SECONDS))
                .as("%s ended in time", List.of(command))
                .isTrue();
        return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }
}
