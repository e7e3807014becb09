package io.tiergate.local.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The PostgreSQL processes of one data folder. They are known by their program, which was unpacked for this folder alone:
 * the process id in a pid file that a crash left behind may belong to somebody else by now.
 */
final class PostgresProcesses {
    private static final Duration STOP_WITHIN = Duration.ofSeconds(15);
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private final Path programs;
    private final Path pidFile;

    /**
     * @param programs the folder under which this PostgreSQL's programs lie, and no other's
     * @param data the folder it keeps its tables in
     */
    PostgresProcesses(Path programs, Path data) throws IOException {
        this.programs = programs.toRealPath();
        this.pidFile = data.resolve("postmaster.pid");
    }

    /**
     * Ends whatever still runs, in order if it can be, and removes a pid file that names nobody. After a postmaster was
     * killed, its children hold the shared memory for a moment, and a new postmaster would refuse to start.
     *
     * @throws IOException if a process cannot be ended
     */
    void stopAll() throws IOException, InterruptedException {
        Optional<ProcessHandle> postmaster = postmaster();
        if (postmaster.isPresent()) {
            interrupt(postmaster.get());
        }
        if (!awaitNone()) {
            running().forEach(ProcessHandle::destroyForcibly);
            if (!awaitNone()) {
                throw new IOException(
                        "an earlier PostgreSQL still runs on %s and cannot be ended (processes %s). Kill it"
                                .formatted(
                                        pidFile.getParent(),
                                        running().stream()
                                                .map(ProcessHandle::pid)
                                                .toList()));
            }
        }
        Files.deleteIfExists(pidFile);
    }

    /** Returns once the postmaster has ended. */
    void awaitPostmasterEnd() throws InterruptedException {
        while (postmaster().isPresent()) {
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY.toMillis());
        }
    }

    private Optional<ProcessHandle> postmaster() {
        try (var lines = Files.lines(pidFile)) {
            return lines.findFirst()
                    .map(String::strip)
                    .filter(line -> line.matches("\\d{1,18}"))
                    .flatMap(line -> ProcessHandle.of(Long.parseLong(line)))
                    .filter(this::isOurs);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private List<ProcessHandle> running() {
        return ProcessHandle.allProcesses().filter(this::isOurs).toList();
    }

    /** False also for a process that has ended and only waits to be reaped: it has no program any more. */
    private boolean isOurs(ProcessHandle process) {
        return process.info()
                .command()
                .map(command -> Path.of(command).startsWith(programs))
                .orElse(false);
    }

    private boolean awaitNone() throws InterruptedException {
        long deadlineNanos = System.nanoTime() + STOP_WITHIN.toNanos();
        while (!running().isEmpty()) {
            if (System.nanoTime() >= deadlineNanos) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY.toMillis());
        }
        return true;
    }

    /** PostgreSQL's fast shutdown. Java itself can send only the signal of the slow one, which waits for all clients. */
    private static void interrupt(ProcessHandle postmaster) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-INT", Long.toString(postmaster.pid()))
                .start()
                .waitFor();
    }
}
