package io.tiergate.serving.inference;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Loads and unloads models while others are served, at their owner's word or as the repository's folder changes: one at a time, on a thread
 * of its own.
 */
public final class ModelControl implements AutoCloseable {
    private static final int WAITING = 16;

    private final ModelCatalog<?> catalog;
    private final ModelControlMode mode;
    /** Present in mode {@link ModelControlMode#POLL} alone. */
    private final Optional<RepositoryWatch> watch;

    private final ThreadPoolExecutor thread = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            Thread.ofPlatform().name("model-loader").factory());

    /**
     * Without an eye on the folder.
     *
     * @throws IllegalArgumentException if the mode is {@link ModelControlMode#POLL}; see {@link #polling}
     */
    public ModelControl(ModelCatalog<?> catalog, ModelControlMode mode) {
        this(catalog, mode, Optional.empty());
        if (mode == ModelControlMode.POLL) {
            throw new IllegalArgumentException("mode: POLL (expected: NONE or EXPLICIT)");
        }
    }

    private ModelControl(ModelCatalog<?> catalog, ModelControlMode mode, Optional<RepositoryWatch> watch) {
        this.catalog = catalog;
        this.mode = mode;
        this.watch = watch;
    }

    /**
     * Serves what the repository's folder holds, as it changes, until it is closed.
     *
     * @param pause between two looks at the folder, above zero; a change is served after the second look that sees it, at the earliest
     */
    public static ModelControl polling(ModelCatalog<?> catalog, Duration pause) {
        RepositoryWatch watch = new RepositoryWatch(catalog);
        ModelControl control = new ModelControl(catalog, ModelControlMode.POLL, Optional.of(watch));
        control.thread.execute(() -> watch.run(pause));
        return control;
    }

    public ModelControlMode mode() {
        return mode;
    }

    /**
     * Does {@link ModelCatalog#reload}.
     *
     * @return completes on the loading thread; fails with what that throws, and with {@link UnavailableException} if too many such calls
     *     wait
     * @throws IllegalStateException in mode {@link ModelControlMode#POLL}, in which the thread is the watch's
     */
    public Uni<Void> load(String model) {
        return inTurn(() -> catalog.reload(model));
    }

    /** Does {@link ModelCatalog#unload}, in turn with loading. Fails as {@link #load} does. */
    public Uni<Void> unload(String model) {
        return inTurn(() -> catalog.unload(model));
    }

    private Uni<Void> inTurn(Runnable change) {
        if (watch.isPresent()) {
            throw new IllegalStateException("mode: POLL (expected: NONE or EXPLICIT, to load and unload by calls)");
        }
        return Uni.createFrom()
                .voidItem()
                .invoke(change)
                // Reads files and opens sessions: minutes for a large model.
                .runSubscriptionOn(thread)
                .onFailure(RejectedExecutionException.class)
                .transform(rejected -> new UnavailableException(
                        "%d calls wait for models to be loaded or unloaded already (expected: fewer). Try again once they are answered."
                                .formatted(WAITING),
                        rejected));
    }

    /**
     * Lets a load that is under way finish; those that wait are dropped, and the folder is looked at no more.
     *
     * @throws IllegalStateException if it does not end in time
     */
    @Override
    public void close() {
        watch.ifPresent(RepositoryWatch::stop);
        thread.getQueue().clear();
        thread.shutdown();
        try {
            if (!thread.awaitTermination(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("a model is still being loaded after 10 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a model may still be loaded", e);
        }
    }
}
