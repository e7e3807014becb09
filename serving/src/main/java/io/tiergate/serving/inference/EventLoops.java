package io.tiergate.serving.inference;

import java.util.concurrent.Executor;

/** Knows whether the current thread is an event loop. */
public final class EventLoops {
    private static final ThreadLocal<Executor> CURRENT = new ThreadLocal<>();

    private EventLoops() {}

    /**
     * Says that the current thread is an event loop.
     *
     * @param loop runs what it is given on this very thread, behind everything that the loop has read by now
     */
    public static void enter(Executor loop) {
        CURRENT.set(loop);
    }

    /**
     * Where work for a call is to be gone on with that leaves the current thread.
     *
     * @param otherwise if the current thread is no event loop
     */
    public static Executor currentOr(Executor otherwise) {
        Executor loop = CURRENT.get();
        return loop == null ? otherwise : loop;
    }

    /** The current thread's; null if it is none. */
    static Executor current() {
        return CURRENT.get();
    }
}
