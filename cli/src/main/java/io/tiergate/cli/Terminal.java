package io.tiergate.cli;

import java.io.PrintWriter;
import java.util.Locale;

/** Messages and one live progress line. Without a terminal the progress comes seldom, and as lines. Safe for several threads. */
public final class Terminal {
    private static final String ERASE_LINE = "\r\u001b[K";
    // A line that wrapped could not be erased as one: what does not fit is cut off by the terminal.
    private static final String WRAP_OFF = "\u001b[?7l";
    private static final String WRAP_ON = "\u001b[?7h";
    private static final long SELDOM_NANOS = 5_000_000_000L;

    private final PrintWriter out;
    private final boolean live;
    private boolean progressShown;
    private long lastLineNanos = System.nanoTime() - SELDOM_NANOS;

    /** @param live whether lines can be overwritten */
    public Terminal(PrintWriter out, boolean live) {
        this.out = out;
        this.live = live;
    }

    /** Prints a line, formatted as {@link String#format} does. */
    public synchronized void say(String format, Object... arguments) {
        clearProgress();
        out.println(String.format(Locale.ROOT, format, arguments));
        out.flush();
    }

    /** Shows how far something is, in place of what was shown before. */
    public synchronized void progress(String text) {
        if (live) {
            out.print(ERASE_LINE + WRAP_OFF + text + WRAP_ON);
            out.flush();
            progressShown = true;
        } else if (System.nanoTime() - lastLineNanos >= SELDOM_NANOS) {
            lastLineNanos = System.nanoTime();
            out.println(text);
            out.flush();
        }
    }

    /** Takes the progress line away: there is no progress any more. */
    public synchronized void clearProgress() {
        if (progressShown) {
            out.print(ERASE_LINE);
            progressShown = false;
        }
    }
}
