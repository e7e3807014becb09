package io.tiergate.cloud.display;

import io.smallrye.mutiny.Uni;
import io.tiergate.cloud.adjudication.Ensembles;
import io.tiergate.model.Display;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.ModelReference;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Shows samples to people, as the manifest that applies says, on threads of its own. */
@ApplicationScoped
public class SampleViewer {
    /** Drawing takes milliseconds; the second is for the one that waits for a claim-check store. */
    private static final int THREADS = 2;
    /** Each that waits keeps its sample in memory. */
    private static final int MOST_WAITING = 32;

    private final SamplePayloads payloads;
    private final Ensembles ensembles;
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            THREADS,
            THREADS,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MOST_WAITING),
            Thread.ofPlatform().daemon().name("display-", 0).factory());

    @Inject
    SampleViewer(SamplePayloads payloads, Ensembles ensembles) {
        this.payloads = payloads;
        this.ensembles = ensembles;
    }

    /**
     * Draws a sample. Never fails for the sample's sake: what cannot be drawn comes as numbers, with the reason.
     *
     * @param sample as it was parked
     * @return completes on a thread {@code display-n}; fails at once with {@link RejectedExecutionException} if too many samples
     *     wait to be drawn
     */
    public Uni<SampleView> view(EscalatedSample sample) {
        // Blocks a display thread for a store's answer and for drawing.
        return Uni.createFrom().item(() -> draw(sample)).runSubscriptionOn(threads);
    }

    private SampleView draw(EscalatedSample sample) {
        try {
            ModelReference model = sample.getModel();
            Optional<Display> display = ensembles.display(sample.getEnsemble(), model.getName(), model.getVersion());
            return SampleDrawer.draw(payloads.of(sample), display);
        } catch (UndrawableException e) {
            return SampleView.Numbers.without(e.getMessage());
        }
    }

    @PreDestroy
    void close() {
        threads.shutdownNow();
    }
}
