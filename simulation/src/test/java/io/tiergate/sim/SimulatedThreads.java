package io.tiergate.sim;

import io.smallrye.context.SmallRyeContextManagerProvider;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import java.lang.reflect.Field;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Puts schedules in the place of what all of a JVM shares: Mutiny's threads and timers, and the random numbers with which pauses are
 * spread. Each thread of the test runs one schedule at a time, and sees only that one.
 */
final class SimulatedThreads {
    /** Up to which a thread that is free takes to begin. */
    private static final java.time.Duration SLOWEST = java.time.Duration.ofMillis(2);

    private record Running(VirtualTime time, Chance chance) {}

    private static final ThreadLocal<Running> RUNNING = new ThreadLocal<>();

    private SimulatedThreads() {}

    /** To be called before anything is simulated, as often as one likes. */
    static synchronized void install() {
        if (!(Infrastructure.getDefaultExecutor() instanceof VirtualExecutor)) {
            // What comes too late for whoever has cancelled is nobody's; thousands of schedules have many of these.
            Infrastructure.setDroppedExceptionHandler(dropped -> {});
            Infrastructure.setDefaultExecutor(
                    VirtualExecutor.threads(
                            () -> running().time(), () -> running().chance().upTo(SLOWEST)),
                    false);
            // Made by whoever needs it first, and not fit for two who need it first at once.
            SmallRyeContextManagerProvider.getManager();
        }
    }

    /** What happens on this thread from now on is part of that schedule. */
    static void enter(VirtualTime time, Chance chance) {
        RUNNING.set(new Running(time, chance));
        seed(chance.number());
    }

    static void leave() {
        RUNNING.remove();
    }

    private static Running running() {
        Running running = RUNNING.get();
        if (running == null) {
            throw new IllegalStateException("no schedule runs on thread " + Thread.currentThread()
                    + ": something simulated has left its thread");
        }
        return running;
    }

    /** Mutiny and the relay draw the lengths of their pauses from the thread's own generator, which cannot be seeded otherwise. */
    private static void seed(long seed) {
        ThreadLocalRandom.current();
        try {
            Field field = Thread.class.getDeclaredField("threadLocalRandomSeed");
            field.setAccessible(true);
            field.setLong(Thread.currentThread(), seed);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the thread's random numbers cannot be seeded on this JDK", e);
        }
    }
}
