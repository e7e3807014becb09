package io.tiergate.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** The load generator, a process of its own. One measurement at a time. */
final class LoadGenerator implements AutoCloseable {
    private static final int CONNECTIONS = 4;
    private static final int IN_FLIGHT = 32;

    private static final int CHANCES = 4;

    private final Worker worker;

    LoadGenerator(Worker worker) {
        this.worker = worker;
    }

    /** As few as make the load: the server needs the other processors. */
    static int eventLoops() {
        return Math.clamp(Runtime.getRuntime().availableProcessors() / 4, 1, CONNECTIONS);
    }

    /** As much as the subject takes of 32 calls at a time on each of four connections. */
    LoadResult fullLoad(Subject subject, double seconds) throws IOException {
        return new LoadResult(worker.ask(command("closed", subject, seconds).put("in_flight", IN_FLIGHT)));
    }

    /**
     * The same until there are answers: a server, and this generator, may be so cold that the first turn has none.
     *
     * @throws IOException if there are still none
     */
    LoadResult firstFullLoad(Subject subject, double seconds) throws IOException {
        String failure = "";
        for (int i = 0; i < CHANCES; i++) {
            LoadResult result = fullLoad(subject, seconds);
            if (result.answersPerSecond() > 0) {
                return result;
            }
            failure = result.firstFailure();
        }
        throw new IOException(failure.isEmpty() ? "it answered nothing" : "it answered nothing but " + failure);
    }

    /** So many calls a second, whatever becomes of them. */
    LoadResult atRate(Subject subject, double ratePerSecond, double seconds) throws IOException {
        return new LoadResult(worker.ask(command("open", subject, seconds).put("rate", ratePerSecond)));
    }

    /** The same with a deadline on every call. */
    LoadResult atRate(Subject subject, double ratePerSecond, double seconds, Duration deadline) throws IOException {
        return new LoadResult(worker.ask(
                command("open", subject, seconds).put("rate", ratePerSecond).put("deadline_ms", deadline.toMillis())));
    }

    /** Ends what is under way early. Safe to call from another thread. */
    void stop() throws IOException {
        worker.tell(Worker.command("stop"));
    }

    private static ObjectNode command(String what, Subject subject, double seconds) {
        Path pool = subject.pool().toAbsolutePath();
        return Worker.command(what)
                .put("port", subject.port())
                .put("pool", pool.toString())
                .put("connections", CONNECTIONS)
                .put("seconds", seconds);
    }

    @Override
    public void close() {
        worker.close();
    }
}
