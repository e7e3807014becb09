package io.tiergate.cloud.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CommitOrderTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final CommitOrder order = new CommitOrder();

    @Test
    void aBatchWaitsForThoseBeforeItHoweverEarlyItIsJudged() {
        CommitOrder.Turn first = order.take(1);
        CommitOrder.Turn second = order.take(1);
        CommitOrder.Turn third = order.take(1);
        UniAssertSubscriber<Boolean> thirdWaits = awaiting(third);
        UniAssertSubscriber<Boolean> secondWaits = awaiting(second);
        assertThat(item(first)).isTrue();
        secondWaits.assertNotTerminated();
        first.done(true);
        assertThat(secondWaits.awaitItem(PATIENCE).getItem()).isTrue();
        thirdWaits.assertNotTerminated();
        second.done(true);
        assertThat(thirdWaits.awaitItem(PATIENCE).getItem()).isTrue();
    }

    @Test
    void afterABatchThatIsReadAgainNoneOfItsGenerationIsCommitted() {
        CommitOrder.Turn lost = order.take(4);
        CommitOrder.Turn mate = order.take(4);
        CommitOrder.Turn other = order.take(4);
        CommitOrder.Turn readAgain = order.take(5);
        lost.done(false);
        assertThat(item(mate)).isFalse();
        mate.done(false);
        assertThat(item(other)).isFalse();
        other.done(false);
        assertThat(item(readAgain)).isTrue();
    }

    @Test
    void aBatchThatFailedLetsNoneCommitAfterIt() {
        order.take(1);
        awaiting(order.take(1)).assertNotTerminated();
    }

    @Test
    void aBatchThatHadNothingToCommitLetsNobodyPassThoseBeforeIt() {
        CommitOrder.Turn first = order.take(1);
        order.take(1).done(true);
        UniAssertSubscriber<Boolean> third = awaiting(order.take(1));
        third.assertNotTerminated();
        first.done(false);
        assertThat(third.awaitItem(PATIENCE).getItem()).isFalse();
    }

    private static boolean item(CommitOrder.Turn turn) {
        return turn.await().await().atMost(PATIENCE);
    }

    private static UniAssertSubscriber<Boolean> awaiting(CommitOrder.Turn turn) {
        return turn.await().subscribe().withSubscriber(UniAssertSubscriber.create());
    }
}
