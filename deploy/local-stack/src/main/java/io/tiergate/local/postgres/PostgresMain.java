package io.tiergate.local.postgres;

import io.tiergate.local.process.ServiceLog;
import io.tiergate.process.ParentPipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The keeper's process: {@code PostgresMain <port> <data folder>}. Ends with code 1 if PostgreSQL does not come up, and with
 * 3 if it ends by itself.
 */
public final class PostgresMain {
    private PostgresMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length != 2) {
            System.err.println("expected: <port> <data folder>");
            System.exit(2);
        }
        try {
            keep(Integer.parseInt(arguments[0]), Path.of(arguments[1]).toAbsolutePath());
        } catch (IOException | RuntimeException | ExceptionInInitializerError e) {
            System.err.println("PostgreSQL did not start: " + e.getMessage());
            e.printStackTrace();
            System.exit(1);
        }
    }

    private static void keep(int port, Path folder) throws IOException, InterruptedException {
        ServiceLog.writeTo(folder.resolve("keeper.log"));
        // The library writes a script there; it shall find even a read-only system's temporary folder writable.
        System.setProperty(
                "java.io.tmpdir",
                Files.createDirectories(folder.resolve("temporary")).toString());
        CompletableFuture<PostgresServer> started = new CompletableFuture<>();
        AtomicBoolean stopping = new AtomicBoolean();
        // Before PostgreSQL runs, so that a stop that comes while it starts finds it.
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            stopping.set(true);
                            started.thenAccept(PostgresMain::close)
                                    .exceptionally(notStarted -> null)
                                    .join();
                        },
                        "stop-postgres"));
        ParentPipe.watch(() -> System.exit(0));
        try {
            started.complete(PostgresServer.start(folder, port));
        } finally {
            started.cancel(false);
        }
        System.out.println("tiergate postgres ready url=" + started.join().url());
        started.join().awaitEnd();
        if (!stopping.get()) {
            System.err.println("PostgreSQL has ended by itself; its log: " + folder.resolve("postgres.log"));
        }
        System.exit(3);
    }

    private static void close(PostgresServer server) {
        try {
            server.close();
        } catch (IOException e) {
            System.err.println("PostgreSQL did not stop cleanly: " + e.getMessage());
        }
    }
}
