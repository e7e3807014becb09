package io.tiergate.local.postgres;

import io.tiergate.local.process.DataFolder;
import io.tiergate.local.process.FreePort;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** A running PostgreSQL on this machine's loopback address, with the superuser {@code postgres}. */
final class PostgresServer implements AutoCloseable {
    private static final Duration CLAIM_WITHIN = Duration.ofSeconds(20);
    private static final Duration STARTUP_WITHIN = Duration.ofSeconds(30);
    private static final String COMPLETE = "initialized";

    private final DataFolder folder;
    private final PostgresProcesses processes;
    private final int port;

    private PostgresServer(DataFolder folder, PostgresProcesses processes, int port) {
        this.folder = folder;
        this.processes = processes;
        this.port = port;
    }

    /**
     * Starts PostgreSQL and returns once it answers. What an earlier one left in the folder is kept; one that still runs
     * there is stopped first.
     *
     * @param folder made if it is missing: the programs go to {@code native/}, the data to {@code data/}
     * @throws IOException if the port is taken, or PostgreSQL does not start
     */
    static PostgresServer start(Path folder, int port) throws IOException, InterruptedException {
        DataFolder claimed = DataFolder.claim(folder, CLAIM_WITHIN);
        try {
            Path programs = Files.createDirectories(claimed.resolve("native"));
            Path data = claimed.resolve("data");
            PostgresProcesses processes = new PostgresProcesses(programs, data);
            processes.stopAll();
            if (!FreePort.isFree(port)) {
                throw new IOException("port " + port + " is taken");
            }
            deleteHalfUnpacked(programs);
            if (!Files.exists(claimed.resolve(COMPLETE))) {
                // Killed while it made its files: nothing was ever stored in them.
                DataFolder.delete(data);
            }
            Path log = claimed.resolve("postgres.log");
            try {
                launch(programs, data, log, port);
            } catch (IOException e) {
                // Seen once in many starts: it took connections and answered none.
                processes.stopAll();
                launch(programs, data, log, port);
            }
            claimed.store(COMPLETE, "PostgreSQL has started here with complete files");
            return new PostgresServer(claimed, processes, port);
        } catch (IOException | RuntimeException e) {
            claimed.close();
            throw e;
        }
    }

    private static void launch(Path programs, Path data, Path log, int port) throws IOException {
        System.setProperty("ot.epg.working-dir", programs.toString());
        EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(programs.toFile())
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setPort(port)
                .setPGStartupWait(STARTUP_WITHIN)
                // Its defaults are a test's: it would answer before anything is on disk.
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("max_connections", "100")
                // No socket file in the temporary folder.
                .setServerConfig("unix_socket_directories", "")
                .setErrorRedirector(Redirect.appendTo(log.toFile()))
                .setOutputRedirector(Redirect.appendTo(log.toFile()))
                .start();
    }

    /** Unpacking skips the files that it finds, even one that was half written when an earlier process was killed. */
    private static void deleteHalfUnpacked(Path programs) throws IOException {
        try (Stream<Path> folders = Files.list(programs)) {
            for (Path unpacked : folders.filter(Files::isDirectory).toList()) {
                if (!Files.exists(unpacked.resolve(".exists"))) {
                    DataFolder.delete(unpacked);
                }
            }
        }
    }

    /** Where clients find it. With {@code jdbc:} in front it is a JDBC URL. */
    String url() {
        return "postgresql://localhost:" + port + "/postgres?user=postgres&password=postgres";
    }

    /** Returns once PostgreSQL has ended by itself. */
    void awaitEnd() throws InterruptedException {
        processes.awaitPostmasterEnd();
    }

    /** Stops PostgreSQL: open transactions are rolled back, connections closed, everything is written. */
    @Override
    public void close() throws IOException {
        try {
            processes.stopAll();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            folder.close();
        }
    }
}
