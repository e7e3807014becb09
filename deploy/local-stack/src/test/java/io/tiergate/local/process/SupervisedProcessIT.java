package io.tiergate.local.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tiergate.local.process.ProcessEvent.Ended;
import io.tiergate.local.process.ProcessEvent.Ready;
import io.tiergate.local.process.ProcessEvent.Starting;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SupervisedProcessIT {
    @TempDir
    Path folder;

    private final List<ProcessEvent> events = new CopyOnWriteArrayList<>();
    private SupervisedProcess process;

    @AfterEach
    void stop() {
        if (process != null) {
            process.stop();
        }
    }

    @Test
    void startsAKilledChildAgain() throws Exception {
        process = supervised("ready", Duration.ofSeconds(20));
        process.start();
        long first = process.pid();

        process.kill();
        await().until(() -> process.restarts() == 1 && process.isReady());

        assertThat(process.pid()).isNotEqualTo(first);
        assertThat(ProcessHandle.of(first).filter(ProcessHandle::isAlive)).isEmpty();
        assertThat(events)
                .extracting(event -> event.getClass().getSimpleName())
                .containsExactly("Starting", "Ready", "Ended", "Starting", "Ready");
        assertThat(events.get(2)).isEqualTo(new Ended("echo", ChildProcess.KILLED));
        assertThat(events.get(3)).isEqualTo(new Starting("echo", true));
        assertThat(((Ready) events.get(4)).line()).isEqualTo("echo ready pid=" + process.pid());
    }

    @Test
    void startsAChildAgainThatWasKilledBeforeItServedForTheFirstTime() {
        process = supervised("silent", Duration.ofSeconds(20));
        process.launch();
        await().ignoreExceptions().until(() -> process.pid() > 0);
        process.kill();
        await().ignoreExceptions().until(() -> process.restarts() == 1 && process.pid() > 0);
        assertThat(process.isReady()).isFalse();
    }

    @Test
    void leavesAStoppedChildStoppedAndStartsItOnRequest() throws Exception {
        process = supervised("ready", Duration.ofSeconds(20));
        process.start();
        long first = process.pid();

        process.stop();
        assertThat(ProcessHandle.of(first).filter(ProcessHandle::isAlive)).isEmpty();
        assertThat(process.isReady()).isFalse();
        assertThatThrownBy(process::pid).hasMessageContaining("echo is not running");

        process.start();
        assertThat(process.isReady()).isTrue();
        assertThat(process.restarts()).isZero();
    }

    @Test
    void saysWhyTheFirstStartFailedAndDoesNotTryAgain() throws IOException {
        process = supervised("fail", Duration.ofSeconds(20));
        assertThatThrownBy(process::start)
                .isInstanceOf(ChildFailedException.class)
                .hasMessageContaining("echo ended with exit code 7 before it was ready")
                .hasMessageContaining("cannot open the frobnicator");
        assertThat(process.restarts()).isZero();
    }

    @Test
    void endsAChildThatIsNotReadyInTime() {
        process = supervised("silent", Duration.ofMillis(1_500));
        assertThatThrownBy(process::start).hasMessageContaining("echo was not ready within 1 s and was stopped");
        assertThatThrownBy(process::pid).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aChildEndsWhenItsPipeCloses() throws Exception {
        ChildProcess child = ChildProcess.start(command("ready", Duration.ofSeconds(20)));
        child.awaitReady();
        child.releasePipe();
        assertThat(child.awaitEnd()).isZero();
    }

    @Test
    void aChildIgnoresTheTerminalsInterrupt() throws Exception {
        ChildProcess child = ChildProcess.start(command("ready", Duration.ofSeconds(20)));
        child.awaitReady();
        try {
            assertThat(new ProcessBuilder("kill", "-INT", Long.toString(child.pid()))
                            .start()
                            .waitFor())
                    .isZero();
            await().during(Duration.ofMillis(500)).atMost(Duration.ofSeconds(5)).until(child::isAlive);
        } finally {
            child.stop();
        }
        assertThat(child.isAlive()).isFalse();
    }

    private SupervisedProcess supervised(String behaviour, Duration readyWithin) {
        return new SupervisedProcess(command(behaviour, readyWithin), events::add);
    }

    private ChildCommand command(String behaviour, Duration readyWithin) {
        List<String> line = JvmCommand.ofMain(System.getProperty("java.class.path"), EchoService.class.getName())
                .argument(behaviour)
                .toList();
        return new ChildCommand(
                "echo", line, folder, folder.resolve("echo.log"), "echo ready", readyWithin, Duration.ofSeconds(10));
    }
}
