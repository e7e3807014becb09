package io.tiergate.local.process;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One run of a child process. */
public final class ChildProcess {
    /** What {@link #awaitEnd} gives for a child that was killed with signal 9. */
    public static final int KILLED = 128 + 9;

    private static final Duration LOOK_EVERY = Duration.ofMillis(20);

    private final ChildCommand command;
    private final LogFile log;
    // Held for the pipe as well: were it collected, the child would take that for this process's end.
    private final Process process;
    private volatile boolean tooSlow;

    private ChildProcess(ChildCommand command, LogFile log, Process process) {
        this.command = command;
        this.log = log;
        this.process = process;
    }

    /**
     * Starts a child and returns at once.
     *
     * @throws IOException if its folders cannot be made or its program cannot be started
     */
    public static ChildProcess start(ChildCommand command) throws IOException {
        Files.createDirectories(command.workingDirectory());
        Files.createDirectories(command.logFile().toAbsolutePath().getParent());
        LogFile log = new LogFile(command.logFile());
        // An ignored signal stays ignored across exec, and the JVM leaves it so.
        List<String> line = new ArrayList<>(List.of("sh", "-c", "trap '' INT; exec \"$@\"", "sh"));
        line.addAll(command.command());
        Process process = new ProcessBuilder(line)
                .directory(command.workingDirectory().toFile())
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(command.logFile().toFile()))
                .start();
        return new ChildProcess(command, log, process);
    }

    /**
     * Waits until the child says that it serves; kills it if it takes too long.
     *
     * @return the line it said so with
     * @throws ChildFailedException with the last lines of its log if it ends or takes too long
     */
    public String awaitReady() throws IOException, InterruptedException {
        long deadlineNanos = System.nanoTime() + command.readyWithin().toNanos();
        boolean ended = false;
        while (true) {
            Optional<String> line = log.newLineStartingWith(command.readyPrefix());
            if (line.isPresent()) {
                return line.get();
            }
            if (ended) {
                throw failure("ended with exit code " + process.exitValue() + " before it was ready");
            }
            if (System.nanoTime() >= deadlineNanos) {
                tooSlow = true;
                kill();
                process.waitFor();
                throw failure("was not ready within " + command.readyWithin().toSeconds() + " s and was stopped");
            }
            ended = process.waitFor(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Waits until the child has ended, and gives its exit code; a signal n reads as 128 + n. */
    public int awaitEnd() throws InterruptedException {
        return process.waitFor();
    }

    /** Asks the child to end, waits, and kills it if it takes too long. */
    public void stop() throws InterruptedException {
        // Through the handle: Process.destroy would close the child's pipes as well.
        process.toHandle().destroy();
        if (!process.waitFor(command.stopWithin().toMillis(), TimeUnit.MILLISECONDS)) {
            kill();
            process.waitFor();
        }
    }

    /** Ends the child as {@code kill -9} does. */
    public void kill() {
        process.toHandle().destroyForcibly();
    }

    /** Closes the pipe that ties the child to this process, as this process's end would. */
    public void releasePipe() throws IOException {
        process.getOutputStream().close();
    }

    /** Whether somebody else has ended the child with {@code kill -9}. */
    boolean wasKilledFromOutside() {
        return !process.isAlive() && process.exitValue() == KILLED && !tooSlow;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    private ChildFailedException failure(String what) {
        String said = log.lastLines();
        return new ChildFailedException("%s %s; its log %s %s"
                .formatted(
                        command.name(),
                        what,
                        command.logFile(),
                        said.isBlank()
                                ? "is empty"
                                : "ends with:\n" + said.indent(4).stripTrailing()));
    }
}
