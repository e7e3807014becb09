package io.tiergate.cloud;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.function.Supplier;

/** Tries something until it works, with growing pauses, and without giving up: the caller has nothing better to do than wait. */
public final class Patience {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);

    private Patience() {}

    /**
     * @param work safe to run again after it failed
     * @param outage told of every failure and of the success
     */
    public static <T> Uni<T> until(Supplier<Uni<? extends T>> work, Outage outage) {
        return Uni.createFrom()
                .<T>deferred(work)
                .onFailure(Patience::mayPass)
                .invoke(outage::failed)
                .onFailure(Patience::mayPass)
                .retry()
                .withBackOff(FIRST_PAUSE, LONGEST_PAUSE)
                .indefinitely()
                .invoke(outage::over);
    }

    private static boolean mayPass(Throwable failure) {
        return !(failure instanceof FatalException) && !(failure instanceof Error);
    }
}
