package io.tiergate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiergate.local.LocalStack;
import io.tiergate.local.Part;
import io.tiergate.testing.TestModels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
        TestModels.copyTo("kinds", "any-shape", models);
        TestModels.copyTo("kinds", "text", models);
        stack = LocalStack.in(folder.resolve("stack"))
                .kafka()
                .postgres()
                .cloud(models)
                .edge(models)
                .property(Part.EDGE, "tiergate.model-control", "explicit")
                // The same few samples come again and again, each to be escalated anew.
                .property(Part.EDGE, "tiergate.verdicts.cache-entries", "0")
                .build();
        stack.start();
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @Test
    void thePythonClientFollowsItsSample() throws Exception {
        requirePython();
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
        requirePython();
        Result result = run(PYTHON, "examples/python/classify.py", "--address", edge(), "--model", "nobody");
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output()).contains("NOT_FOUND: Request for unknown model: 'nobody' is not found");
    }

    @Test
    void theJavaClientFollowsItsSample() throws Exception {
        Result result = run(java("examples/java/Classify.java", edge(), "tiny-edge"));
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output()).contains("DECISION_ESCALATED: a, confidence 0.000 (below-threshold)");
        assertThat(result.output()).contains("ESCALATION_STATE_PARKED: entropy 1.095 above 0.500");
    }

    @Test
    void theJavaClientSaysWhatWentWrong() throws Exception {
        Result result = run(java("examples/java/Classify.java", edge(), "nobody"));
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output()).contains("NOT_FOUND: Request for unknown model: 'nobody' is not found");
    }

    @Test
    void thePythonProgramOfTheApiPageSaysWhatThePageSays() throws Exception {
        requirePython();
        Path program = Files.writeString(folder.resolve("ask.py"), ofApiPage("python"));
        Result result = runWithStubs(program.toString(), edge());
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output().lines()).containsExactly("['ACCEPTED', 'ESCALATED']", "a below-threshold");
    }

    @Test
    void theJavaProgramOfTheApiPageSaysWhatThePageSays() throws Exception {
        Path program = Files.writeString(folder.resolve("Ask.java"), ofApiPage("java"));
        Result result = run(java(program.toString(), edge()));
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output().lines())
                .containsSubsequence("DECISION_ACCEPTED a", "DECISION_ESCALATED a", "FAILED_PRECONDITION");
    }

    @Test
    void aClientOfAnotherToolchainGetsTheRightAnswerToEveryCall() throws Exception {
        requirePython();
        Result result = runWithStubs("integration-tests/src/test/python/conformance.py", edge());
        assertThat(result.exitCode()).as(result.output()).isZero();
    }

    private record Result(int exitCode, String output) {}

    private static String edge() {
        return "localhost:" + stack.ports().edgeGrpc();
    }

    /** A missing Python is a failure where it must not be missing. */
    private static void requirePython() throws IOException, InterruptedException {
        boolean installed = Files.isExecutable(Path.of(PYTHON))
                && run(PYTHON, "-c", "import grpc, grpc_tools").exitCode() == 0;
        String missing = "missing: Debian's python3-grpcio and python3-grpc-tools, to run clients in Python";
        if (System.getenv("CI") == null) {
            assumeTrue(installed, missing);
        }
        assertThat(installed).as(missing).isTrue();
    }

    /** Runs a Python program with classes that Python's own tools have made of the .proto files. */
    private static Result runWithStubs(String program, String address) throws IOException, InterruptedException {
        Path stubs = Files.createDirectories(HOME.resolve("integration-tests/target/python"));
        Result generated = run(
                PYTHON,
                "-m",
                "grpc_tools.protoc",
                "-I",
                "proto/src/main/proto",
                "--python_out=" + stubs,
                "--grpc_python_out=" + stubs,
                "inference/open_inference.proto",
                "tiergate/v1/types.proto",
                "tiergate/v1/tiered_inference.proto");
        assertThat(generated.exitCode()).as(generated.output()).isZero();
        return run("env", "PYTHONPATH=" + stubs, PYTHON, program, address);
    }

    /** The page's one program in that language. */
    private static String ofApiPage(String language) throws IOException {
        String page = Files.readString(HOME.resolve("docs/api.md"));
        String opening = "\n```" + language + "\n";
        assertThat(page).containsOnlyOnce(opening);
        int begin = page.indexOf(opening) + opening.length();
        return page.substring(begin, page.indexOf("\n```", begin));
    }

    private static String[] java(String program, String... arguments) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> command =
                new ArrayList<>(List.of(java.toString(), "-cp", HOME.resolve("cli/target/lib") + "/*", program));
        command.addAll(List.of(arguments));
        return command.toArray(String[]::new);
    }

    private static Result run(String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "output", ".txt");
        Process process = new ProcessBuilder(command)
                .directory(HOME.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        process.getOutputStream().close();
        assertThat(process.waitFor(5, TimeUnit.MINUTES))
                .as("%s ended in time", List.of(command))
                .isTrue();
        return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }
}
