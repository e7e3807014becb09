package io.tiergate.gate.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EscalationBudgetTest {
    private static final long HOUR = 3_600_000_000_000L;
    private static final int REQUESTS = 100_000;
    private final AtomicLong clock = new AtomicLong();

    /** What may be saved up for a rush comes on top. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 1e-4, 0.0004, 0.01, 0.3, 1})
    void overManyRequestsTheShareIsSpentAndNotMore(double share) {
        EscalationBudget budget = budget(OptionalDouble.of(share), OptionalLong.empty());

        int escalated = escalated(budget, REQUESTS);

        assertThat(escalated)
                .isBetween((int) (share * REQUESTS) - 1, (int) (share * REQUESTS + 0.05 * share * 2000) + 1);
    }

    @Test
    void savesUpTheShareOfTwoThousandRequests() {
        EscalationBudget budget = budget(OptionalDouble.of(0.1), OptionalLong.empty());
        for (int i = 0; i < REQUESTS; i++) {
            budget.decided();
        }
        int rush = 0;
        while (budget.allows()) {
            budget.escalated();
            rush++;
        }
        assertThat(rush).isEqualTo(200);
    }

    @Test
    void bytesFillUpWithTime() {
        EscalationBudget budget = budget(OptionalDouble.empty(), OptionalLong.of(24_000));
        assertThat(budget.allows()).isTrue();
        budget.spent(50);
        assertThat(budget.allows())
                .as("a twentieth of an hour's thousand is there at the start")
                .isFalse();

        clock.addAndGet(HOUR / 100);
        assertThat(budget.allows()).isTrue();
        budget.spent(1010);
        clock.addAndGet(HOUR);
        assertThat(budget.allows()).as("overdrawn by as much as has come").isFalse();
        clock.addAndGet(1000 * HOUR);
        budget.allows();
        budget.spent(1000);
        assertThat(budget.allows()).as("no more than an hour's is saved up").isFalse();
    }

    @Test
    void withoutLimitsEverythingIsAllowed() {
        assertThat(escalated(budget(OptionalDouble.empty(), OptionalLong.empty()), 1000))
                .isEqualTo(1000);
    }

    @Test
    void bothLimitsCount() {
        EscalationBudget budget = budget(OptionalDouble.of(1), OptionalLong.of(24_000));
        budget.decided();
        assertThat(budget.allows()).isTrue();
        budget.spent(100);
        assertThat(budget.allows()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, 30, Double.NaN})
    void theShareIsAShare(double share) {
        assertThatThrownBy(() -> budget(OptionalDouble.of(share), OptionalLong.empty()))
                .hasMessage(
                        "max-escalation-rate: %s (expected: 0.0 to 1.0). It is a share; for 30 %% write 0.30.", share);
    }

    private static int escalated(EscalationBudget budget, int requests) {
        int escalated = 0;
        for (int i = 0; i < requests; i++) {
            budget.decided();
            if (budget.allows()) {
                budget.escalated();
                budget.spent(1000);
                escalated++;
            }
        }
        return escalated;
    }

    private EscalationBudget budget(OptionalDouble share, OptionalLong bytesADay) {
        return new EscalationBudget(share, bytesADay, clock::get);
    }
}
