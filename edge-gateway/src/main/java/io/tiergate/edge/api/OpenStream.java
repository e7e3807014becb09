package io.tiergate.edge.api;

/** A stream without an end of its own. */
interface OpenStream {
    /** To be called once, while the call's handler has not returned. */
    void start();

    /** Finishes what is under way, then sends the client elsewhere. */
    void drain();
}
