package io.tiergate.cli.demo;

import io.tiergate.cli.Terminal;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Shows how far something is, again and again, on a thread named {@code progress}, until it is closed. */
final class ProgressReporter implements AutoCloseable {
    private static final Duration EVERY = Duration.ofMillis(250);

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Terminal terminal;
    private final Supplier<String> text;

    private ProgressReporter(Terminal terminal, Supplier<String> text) {
        this.terminal = terminal;
        this.text = text;
    }

    static ProgressReporter start(Terminal terminal, Supplier<String> text) {
        ProgressReporter reporter = new ProgressReporter(terminal, text);
        Thread.ofPlatform().name("progress").daemon().start(reporter::report);
        return reporter;
    }

    private void report() {
        try {
            do {
                terminal.progress(text.get());
            } while (!closed.await(EVERY.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
