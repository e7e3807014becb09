package io.tiergate.edge.escalation;

import io.tiergate.ledger.LedgerFormat;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.sqlite.SQLiteConfig;

/**
 * A disk with one ledger on it: SQLite itself, in memory, with faults in front of its statements. What fails there fails as it was seen to
 * fail in the driver: the statement cannot be used any more, and of a change the whole transaction is rolled back.
 */
public final class SimulatedDisk implements LedgerStore, AutoCloseable {
    private static final AtomicLong NUMBER = new AtomicLong();

    private final String url = "jdbc:sqlite:file:simulated-" + NUMBER.incrementAndGet() + "?mode=memory&cache=shared";
    private DiskFaults faults;
    /** Keeps the database while no process has it open; also what looks at it from outside. */
    private final Connection anchor;

    private final List<Connection> opened = new ArrayList<>();

    public SimulatedDisk() throws SQLException {
        this.anchor = connect();
        LedgerFormat.upgrade(anchor, 0, LedgerFormat.newest());
    }

    /** The next process has it. */
    public void under(DiskFaults process) {
        faults = process;
    }

    private Connection connect() throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setGetGeneratedKeys(false);
        return config.createConnection(url);
    }

    /** By the number that is stored. */
    public static EscalationState state(int code) {
        return EscalationState.of(code);
    }

    /** What is on it, with no fault in between. */
    public Connection inspect() {
        return anchor;
    }

    @Override
    public Connection openForWriting() throws SQLException {
        Connection connection = connect();
        connection.setAutoCommit(false);
        opened.add(connection);
        return new Faulty<>(Connection.class, connection, (method, statement) -> switch (method) {
                    case "executeUpdate", "execute" -> faults.changing();
                    case "executeQuery" -> faults.asking();
                    case "commit" -> faults.committing();
                    default -> Optional.empty();
                })
                .rollingBack(connection)
                .proxy();
    }

    @Override
    public Connection openForReading() throws SQLException {
        Connection connection = connect();
        opened.add(connection);
        return new Faulty<>(
                        Connection.class,
                        connection,
                        (method, statement) -> method.startsWith("execute") ? faults.asking() : Optional.empty())
                .proxy();
    }

    /** What becomes of the files when their process is killed: what is not committed is gone. */
    public void dropConnections() throws SQLException {
        for (Connection connection : opened) {
            if (!connection.isClosed()) {
                connection.close();
            }
        }
        opened.clear();
    }

    @Override
    public void close() throws SQLException {
        dropConnections();
        anchor.close();
    }

    private interface Fault {
        Optional<SQLException> before(String method, Object target);
    }

    /** A connection or one of its statements, with faults in front of it. */
    private final class Faulty<T> implements InvocationHandler {
        private final Class<T> type;
        private final T target;
        private final Fault fault;
        private Connection writing;

        Faulty(Class<T> type, T target, Fault fault) {
            this.type = type;
            this.target = target;
            this.fault = fault;
        }

        Faulty<T> rollingBack(Connection connection) {
            writing = connection;
            return this;
        }

        T proxy() {
            return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, this));
        }

        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
            Optional<SQLException> failure = fault.before(method.getName(), target);
            if (failure.isPresent()) {
                fail();
                throw failure.get();
            }
            Object result = call(method, arguments);
            if (method.getName().equals("commit")) {
                faults.committed();
            }
            if (result instanceof PreparedStatement statement) {
                return new Faulty<>(PreparedStatement.class, statement, fault)
                        .rollingBack(writing)
                        .proxy();
            }
            return result instanceof java.sql.Statement statement
                    ? new Faulty<>(java.sql.Statement.class, statement, fault)
                            .rollingBack(writing)
                            .proxy()
                    : result;
        }

        private void fail() throws SQLException {
            if (target instanceof java.sql.Statement statement) {
                statement.close();
            }
            if (writing != null && faults.rollsBack()) {
                // As SQLite does on the worst of them: the connection is in no transaction any more.
                writing.rollback();
                try (java.sql.Statement ending = writing.createStatement()) {
                    ending.execute("END");
                }
            }
        }

        private Object call(Method method, Object[] arguments) throws Throwable {
            try {
                return method.invoke(target, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }
    }
}
