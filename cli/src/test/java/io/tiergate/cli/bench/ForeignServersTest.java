package io.tiergate.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tiergate.local.process.ChildCommand;
import io.tiergate.local.process.ChildProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers that know nothing of the comparison that starts them. */
@Timeout(60)
class ForeignServersTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    @Test
    void withoutNodeTheSentenceSaysSo() {
        Workplace workplace =
                new Workplace(Path.of("..").toAbsolutePath(), folder, folder, new PrintWriter(Writer.nullWriter()), 0);

        assertThatThrownBy(() -> new NodeServer(workplace, folder.toString()).command(1, folder))
                .isInstanceOf(IOException.class)
                .hasMessage("Node.js is not installed");
    }

    @Test
    void aServerOnALeashEndsWhenItIsStopped() throws Exception {
        ChildProcess server = start();
        ProcessHandle itself = server();

        server.stop();

        await().atMost(LONG).until(() -> !itself.isAlive());
        server.releasePipe();
    }

    @Test
    void aServerOnALeashEndsWithWhoeverStartedIt() throws Exception {
        ChildProcess server = start();
        ProcessHandle itself = server();
        assertThat(itself.isAlive()).isTrue();

        server.releasePipe();

        await().atMost(LONG).until(() -> !itself.isAlive());
        server.awaitEnd();
    }

    /** Writes its own process id and then only waits. */
    private ChildProcess start() throws Exception {
        List<String> command = List.of("sh", "-c", "echo $$ > pid; echo server ready; exec sleep 60");
        ChildProcess server = ChildProcess.start(new ChildCommand(
                "server", Leash.on(command), folder, folder.resolve("log"), "server ready", LONG, LONG));
        server.awaitReady();
        return server;
    }

    private ProcessHandle server() throws IOException {
        long pid = Long.parseLong(Files.readString(folder.resolve("pid")).strip());
        return ProcessHandle.of(pid).orElseThrow();
    }
}
