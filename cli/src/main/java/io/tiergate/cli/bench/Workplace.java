package io.tiergate.cli.bench;

import io.tiergate.local.LocalStack;
import io.tiergate.local.Part;
import io.tiergate.local.process.JvmCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Where a comparison keeps its files, how it starts processes there, and what it says meanwhile.
 *
 * @param home the repository, in which everything is built
 * @param folder this run's own
 * @param cache for what later runs need again
 */
record Workplace(Path home, Path folder, Path cache, PrintWriter out, long startNanos) {
    private static final long MINUTE_SECONDS = 60;

    /** A line of progress, with how long the comparison has been going. */
    void say(String format, Object... arguments) {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos);
        out.printf(
                Locale.ROOT,
                "%2d:%02d  %s%n",
                seconds / MINUTE_SECONDS,
                seconds % MINUTE_SECONDS,
                String.format(Locale.ROOT, format, arguments));
        out.flush();
    }

    /** A process of the comparison itself; its main class is told the arguments. */
    List<String> benchmarkCommand(String mainClass, Object... arguments) throws IOException {
        Path built = home.resolve("benchmarks/target");
        String classPath = built.resolve("tiergate-benchmarks.jar") + ":" + built.resolve("lib") + "/*";
        JvmCommand command = JvmCommand.ofMain(classPath, mainClass).property("java.io.tmpdir", temporary());
        for (Object argument : arguments) {
            command.argument(argument);
        }
        return command.toList();
    }

    /** A process that holds a ledger, of the gateway as it was built. */
    List<String> ledgerCommand() throws IOException {
        Path built = home.resolve("benchmarks/target");
        Path gateway = home.resolve("edge-gateway/target/quarkus-app");
        String classPath = "%s:%s/*:%s/*:%s/*"
                .formatted(
                        built.resolve("tiergate-benchmarks.jar"),
                        gateway.resolve("app"),
                        gateway.resolve("lib").resolve("main"),
                        built.resolve("lib"));
        return JvmCommand.ofMain(classPath, "io.tiergate.edge.escalation.LedgerMain")
                .flag("-Xmx512m")
                .flag("-XX:+UseSerialGC")
                .property("java.io.tmpdir", temporary())
                .argument(temporary())
                .toList();
    }

    /** An edge gateway alone, not started yet. */
    LocalStack edge(String name, Path models, Map<String, String> properties) throws IOException {
        LocalStack.Builder builder = LocalStack.in(folder.resolve(name))
                .home(home)
                .edge(models)
                .property(Part.EDGE, "java.io.tmpdir", temporary().toString())
                // The load repeats its samples: each is to be decided as if it were new.
                .property(Part.EDGE, "tiergate.verdicts.cache-entries", "0");
        properties.forEach((key, value) -> builder.property(Part.EDGE, key, value));
        return builder.build();
    }

    /** For what the subjects' libraries unpack: not the machine's, where killed processes would leave it. */
    Path temporary() throws IOException {
        return Files.createDirectories(folder.resolve("tmp"));
    }

    Path logs() {
        return folder.resolve("logs");
    }
}
