package io.tiergate.cloud.console;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** One count a second for however many look, and none while nobody does. */
@ApplicationScoped
class FlowFeed {
    private static final Logger LOG = Logger.getLogger(FlowFeed.class);
    private static final Duration EVERY = Duration.ofSeconds(1);

    private final Multi<Flow> shared;

    @Inject
    FlowFeed(FlowStatistics statistics) {
        this(statistics::count, EVERY);
    }

    FlowFeed(Supplier<Uni<Flow>> count, Duration every) {
        this.shared = Multi.createFrom()
                .ticks()
                .every(every)
                .onOverflow()
                .drop()
                .onItem()
                .transformToUniAndConcatenate(tick -> orNothing(count.get()))
                .broadcast()
                .withCancellationAfterLastSubscriberDeparture()
                .toAllSubscribers();
    }

    /** The next count. */
    Uni<Flow> now() {
        return shared.toUni();
    }

    /** Every count from now on. Who is too slow for one gets the one after it. */
    Multi<Flow> live() {
        return shared.onOverflow().dropPreviousItems();
    }

    /** Nothing while the database is away: the page keeps its last numbers. */
    private static Uni<Flow> orNothing(Uni<Flow> count) {
        return count.onFailure()
                .invoke(failure -> LOG.debug("The flow could not be counted", failure))
                .onFailure()
                .recoverWithNull();
    }
}
