package io.tiergate.cloud.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class BatchProcessorTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<Integer> begun = new ArrayList<>();

    @Test
    void worksOnPortionsInTheirOrder() {
        assertThat(process(portion -> Uni.createFrom().item(true))).isTrue();
        assertThat(begun).containsExactly(1, 2, 3);
    }

    @Test
    void worksOnNoPortionAfterOneThatWasNotCommitted() {
        assertThat(process(portion -> Uni.createFrom().item(portion != 2))).isFalse();
        assertThat(begun).containsExactly(1, 2);
    }

    @Test
    void worksOnNoPortionAfterOneThatFailed() {
        assertThatThrownBy(() -> process(portion -> Uni.createFrom().failure(new IllegalStateException("broken"))))
                .hasMessage("broken");
        assertThat(begun).containsExactly(1);
    }

    private boolean process(Function<Integer, Uni<Boolean>> work) {
        return BatchProcessor.whileCommitted(List.of(1, 2, 3), portion -> {
                    begun.add(portion);
                    return work.apply(portion);
                })
                .await()
                .atMost(PATIENCE);
    }
}
