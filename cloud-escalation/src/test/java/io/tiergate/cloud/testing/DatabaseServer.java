package io.tiergate.cloud.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** A real PostgreSQL that can be stopped and started again on its data. */
public final class DatabaseServer implements AutoCloseable {
    private final Path folder;
    private final int port = Ports.free();
    private EmbeddedPostgres postgres;

    public DatabaseServer(Path folder) throws IOException {
        this.folder = folder;
    }

    public String url() {
        return "postgresql://localhost:" + port + "/postgres?user=postgres&password=postgres";
    }

    public void start() throws IOException {
        postgres = EmbeddedPostgres.builder()
                .setPort(port)
                .setDataDirectory(folder)
                .setCleanDataDirectory(false)
                .setPGStartupWait(Duration.ofSeconds(60))
                .start();
    }

    public void stop() throws IOException {
        if (postgres != null) {
            postgres.close();
            postgres = null;
        }
    }

    public Connection connect() throws SQLException {
        return postgres.getPostgresDatabase().getConnection();
    }

    @Override
    public void close() throws IOException {
        stop();
    }
}
