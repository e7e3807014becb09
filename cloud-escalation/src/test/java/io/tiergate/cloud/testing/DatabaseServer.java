package io.tiergate.cloud.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
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

    /** A rule of the database's own, for as long as it is open. */
    public Constraint constrain(String table, String rule) {
        execute("alter table %s add constraint of_test check (%s) not valid".formatted(table, rule));
        return () -> execute("alter table %s drop constraint of_test".formatted(table));
    }

    private void execute(String statement) {
        try (Connection connection = connect();
                Statement execution = connection.createStatement()) {
            execution.execute(statement);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A rule that its closing takes back. */
    @FunctionalInterface
    public interface Constraint extends AutoCloseable {
        @Override
        void close();
    }

    @Override
    public void close() throws IOException {
        stop();
    }
}
