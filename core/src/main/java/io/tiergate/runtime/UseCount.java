package io.tiergate.runtime;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts the users of something that must be freed after its last one. It begins with one: the owner. */
public final class UseCount {
    private final AtomicInteger users = new AtomicInteger(1);
    private final Runnable free;

    /**
     * @param free run once, on the thread of whoever leaves last
     */
    public UseCount(Runnable free) {
        this.free = free;
    }

    /**
     * Enters as a user.
     *
     * @return false if all have left already
     */
    public boolean retain() {
        return users.updateAndGet(count -> count == 0 ? 0 : count + 1) > 0;
    }

    /** Leaves. */
    public void release() {
        int left = users.decrementAndGet();
        if (left == 0) {
            free.run();
        } else if (left < 0) {
            throw new IllegalStateException("released more often than retained");
        }
    }
}
