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

    /** The current thread's; null if it is none. */
    static Executor current() {
        return CURRENT.get();
    }
}
