package io.tiergate.cloud.intake;

import io.smallrye.mutiny.Uni;
import io.tiergate.cloud.Outage;
import io.tiergate.cloud.Patience;
import io.tiergate.cloud.review.Origin;
import io.tiergate.serving.claimcheck.ClaimStore;
import io.tiergate.serving.claimcheck.LostObjectException;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Fetches the payloads of samples that came with a claim check, on threads of its own, which a store may hold up. A store that is away
 * is waited for as the database is: no sample is given up for it.
 */
@ApplicationScoped
class ClaimedPayloads {
    private final Optional<ClaimStore> store;
    private final SampleReader reader;
    private final int fetches;
    private final ExecutorService threads;
    private final Outage outage;

    @Inject
    ClaimedPayloads(ClaimStores stores, SampleReader reader, FetchConfig config) {
        this.store = stores.configured();
        this.reader = reader;
        this.fetches = config.fetches();
        this.threads = Executors.newFixedThreadPool(
                fetches, Thread.ofPlatform().daemon().name("claim-check-", 0).factory());
        this.outage = new Outage(
                "The claim-check store (" + store.map(ClaimStore::toString).orElse("none") + ")");
    }

    /** How much the payloads of a batch would add to the records that claim them, in bytes. */
    static Map<Origin, Long> bytes(List<Reading> readings) {
        Map<Origin, Long> bytes = new HashMap<>();
        for (Reading reading : readings) {
            if (reading instanceof Reading.Claimed claimed) {
                bytes.put(claimed.place(), claimed.claim().sizeBytes());
            }
        }
        return bytes;
    }

    /**
     * The same readings, each as it turns out to be with its payload.
     *
     * @param readings with payloads that memory can hold together
     */
    Uni<List<Reading>> fetch(List<Reading> readings) {
        return Uni.join()
                .all(readings.stream().map(this::fetch).toList())
                .usingConcurrencyOf(fetches)
                .andFailFast();
    }

    private Uni<Reading> fetch(Reading reading) {
        return reading instanceof Reading.Claimed claimed
                ? Patience.until(
                        () -> Uni.createFrom().item(() -> look(claimed)).runSubscriptionOn(threads), outage)
                : Uni.createFrom().item(reading);
    }

    private Reading look(Reading.Claimed claimed) {
        if (store.isEmpty()) {
            return lost(
                    claimed,
                    "claim check: this cloud has no store. Set tiergate.claim-check.folder, or a bucket, as at the edge, and replay this record.");
        }
        try {
            return reader.fetched(claimed, store.get().get(claimed.claim()));
        } catch (LostObjectException e) {
            return lost(claimed, e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private static Reading lost(Reading.Claimed claimed, String why) {
        return SampleReader.refused(claimed, new Refusal(Refusal.Code.CLAIM_CHECK, why));
    }

    @PreDestroy
    void close() {
        threads.shutdownNow();
    }
}
