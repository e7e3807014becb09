package io.tiergate.runtime;

/**
 * Threads of an ONNX Runtime session.
 *
 * @param intraOpThreads threads that share one operator, the caller's included; 1 or more
 * @param interOpThreads operators that run beside each other; 1 or more, and 1 means strictly one after the other
 * @param spinning whether idle threads burn their core waiting for work; costs every neighbour on a small machine
 */
public record SessionSettings(int intraOpThreads, int interOpThreads, boolean spinning) {
    /** One thread, no spinning: right wherever other threads want the cores too. */
    public static final SessionSettings SINGLE_THREADED = new SessionSettings(1, 1, false);

    public SessionSettings {
        if (intraOpThreads < 1) {
            throw new IllegalArgumentException("intraOpThreads: " + intraOpThreads + " (expected: 1 or more)");
        }
        if (interOpThreads < 1) {
            throw new IllegalArgumentException("interOpThreads: " + interOpThreads + " (expected: 1 or more)");
        }
    }
}
