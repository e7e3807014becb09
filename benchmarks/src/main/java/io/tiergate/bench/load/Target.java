package io.tiergate.bench.load;

import java.util.function.Consumer;

/** What the load falls on. */
interface Target {
    /**
     * Begins a call and returns at once.
     *
     * @param connection from 0, below the number of connections
     * @param index which sample of the pool, from the beginning again when it is past the last
     * @param ended told exactly once how the call ended, on a thread of the target's
     */
    void send(int connection, long index, Consumer<Outcome> ended);
}
