package io.tiergate.cloud.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class FlowFeedTest {
    private final AtomicInteger counts = new AtomicInteger();
    private final FlowFeed feed = new FlowFeed(this::count, Duration.ofMillis(5));

    @Test
    void countsOnceForAllWhoLookAndNotAtAllWhileNobodyDoes() {
        AssertSubscriber<Flow> first = feed.live().subscribe().withSubscriber(AssertSubscriber.create(Long.MAX_VALUE));
        AssertSubscriber<Flow> second = feed.live().subscribe().withSubscriber(AssertSubscriber.create(Long.MAX_VALUE));
        Awaitility.await().until(() -> first.getItems().size() >= 5);
        Awaitility.await().until(() -> second.getItems().size() >= 5);
        first.cancel();
        second.cancel();
        // Each saw the counts of the other, but for those at the ends.
        assertThat(counts.get())
                .isLessThan(first.getItems().size() + second.getItems().size());

        int ended = counts.get();
        // A second feed's ticks pass on the same timer.
        new FlowFeed(this::other, Duration.ofMillis(5))
                .live()
                .select()
                .first(10)
                .collect()
                .last()
                .await()
                .atMost(Duration.ofSeconds(30));
        assertThat(counts.get()).isLessThanOrEqualTo(ended + 1);
        assertThat(feed.now().await().atMost(Duration.ofSeconds(30))).isNotNull();
    }

    @Test
    void whoDoesNotKeepUpGetsTheLatestAndHoldsNobodyUp() {
        AssertSubscriber<Flow> slow = feed.live().subscribe().withSubscriber(AssertSubscriber.create(1));
        AssertSubscriber<Flow> quick = feed.live().subscribe().withSubscriber(AssertSubscriber.create(Long.MAX_VALUE));
        Awaitility.await().until(() -> quick.getItems().size() >= 20);
        slow.request(1);
        Awaitility.await().until(() -> slow.getItems().size() == 2);
        assertThat(slow.getItems().get(1).waiting()).isGreaterThan(10);
        slow.cancel();
        quick.cancel();
    }

    @Test
    void goesOnAfterACountThatFailed() {
        FlowFeed broken = new FlowFeed(
                () -> counts.incrementAndGet() < 3
                        ? Uni.createFrom().failure(new IllegalStateException("away"))
                        : count(),
                Duration.ofMillis(5));
        assertThat(broken.now().await().atMost(Duration.ofSeconds(30)).waiting())
                .isGreaterThanOrEqualTo(3);
    }

    private Uni<Flow> count() {
        return Uni.createFrom().item(() -> flow(counts.incrementAndGet()));
    }

    private Uni<Flow> other() {
        return Uni.createFrom().item(flow(0));
    }

    private static Flow flow(long number) {
        Flow.SiteFlow nothing = new Flow.SiteFlow("", 0, 0, 0, 0, 0, Optional.empty());
        return new Flow(nothing, List.of(), Confusion.of(List.of()), number, List.of());
    }
}
