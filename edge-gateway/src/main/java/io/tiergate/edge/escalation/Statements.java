package io.tiergate.edge.escalation;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The statements of one connection that are prepared once, and closed together. Used by one thread. */
final class Statements implements AutoCloseable {
    private final Connection connection;
    private final List<PreparedStatement> prepared = new ArrayList<>();

    Statements(Connection connection) {
        this.connection = connection;
    }

    PreparedStatement prepare(String sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        prepared.add(statement);
        return statement;
    }

    /** The same for the same connection, with nothing prepared yet. */
    Statements fresh() {
        return new Statements(connection);
    }

    @Override
    public void close() {
        for (PreparedStatement statement : prepared) {
            try {
                statement.close();
            } catch (SQLException e) {
                // It failed before, and tells of it once more.
            }
        }
        prepared.clear();
    }
}
