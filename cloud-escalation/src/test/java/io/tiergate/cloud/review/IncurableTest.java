package io.tiergate.cloud.review;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.pgclient.PgException;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IncurableTest {
    @ParameterizedTest
    @ValueSource(strings = {"21000", "22021", "23514", "54000"})
    void whatLiesInTheDataIsIncurable(String sqlState) {
        assertThat(Incurable.isCauseOf(failure(sqlState))).isTrue();
    }

    /** Connection, deadlock, rights, a missing table, a full disk, memory, a shutdown, a fault of the server's own. */
    @ParameterizedTest
    @ValueSource(strings = {"08006", "40P01", "42501", "42P01", "53100", "53200", "57P01", "XX000", "2", ""})
    void whatTimeOrAnOperatorMayCureIsNot(String sqlState) {
        assertThat(Incurable.isCauseOf(failure(sqlState))).isFalse();
    }

    @Test
    void aFailureWithoutAWordFromTheDatabaseIsNot() {
        assertThat(Incurable.isCauseOf(failure(null))).isFalse();
        assertThat(Incurable.isCauseOf(new ConnectException("Connection refused")))
                .isFalse();
    }

    private static PgException failure(String sqlState) {
        return new PgException("refused", "ERROR", sqlState, null);
    }
}
