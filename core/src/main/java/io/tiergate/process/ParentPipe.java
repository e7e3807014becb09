package io.tiergate.process;

import java.io.IOException;
import java.io.InputStream;

/**
 * Ties a child process to the one that started it: the parent keeps the child's standard input open, and when it ends, by
 * whatever means, the operating system closes the pipe. A service started by hand ignores its standard input.
 */
public final class ParentPipe {
    /** System property by which a parent says that it holds the pipe. */
    public static final String PROPERTY = "tiergate.parent-pipe";

    private ParentPipe() {}

    /**
     * Calls {@code onClosed} once the parent is gone; does nothing unless the parent announced itself by {@link #PROPERTY}.
     *
     * @param onClosed called on a thread of its own, named {@code parent-pipe}
     */
    public static void watch(Runnable onClosed) {
        if (Boolean.getBoolean(PROPERTY)) {
            Thread.ofPlatform().name("parent-pipe").daemon().start(() -> {
                drain(System.in);
                onClosed.run();
            });
        }
    }

    private static void drain(InputStream in) {
        try {
            while (in.read() >= 0) {
                // Whatever the parent writes means nothing: only the end counts.
            }
        } catch (IOException e) {
            // A broken pipe is an end too.
        }
    }
}
