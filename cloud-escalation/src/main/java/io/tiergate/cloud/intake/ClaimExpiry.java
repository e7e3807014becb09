package io.tiergate.cloud.intake;

import io.tiergate.cloud.ServiceIdentity;
import io.tiergate.serving.claimcheck.ClaimStore;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Removes payloads that no record waits for any more, from a store that does not do so itself. */
@ApplicationScoped
class ClaimExpiry {
    private static final Logger LOG = Logger.getLogger(ClaimExpiry.class);

    private final ClaimStores stores;
    private final String tenant;
    private final Duration age;
    private ScheduledExecutorService thread;

    @Inject
    ClaimExpiry(ClaimStores stores, ServiceIdentity identity, TopicsConfig config) {
        this.stores = stores;
        this.tenant = identity.tenant();
        // Its record may have waited in an outbox before, and topics keep records for longer than they were told: whole
        // segments go, not records.
        this.age = config.retention().multipliedBy(2);
    }

    /** Looks now, and then each hour, or more often where objects are kept for less than a day. */
    void start() {
        stores.configured().ifPresent(store -> {
            thread = Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("claim-expiry").factory());
            long pause = Math.clamp(age.dividedBy(24).toMillis(), 1_000, 3_600_000);
            // It fails never, and ends with its thread.
            Future<?> unused = thread.scheduleWithFixedDelay(() -> expire(store), 0, pause, TimeUnit.MILLISECONDS);
        });
    }

    private void expire(ClaimStore store) {
        try {
            long expired = store.expire(tenant, age);
            if (expired > 0) {
                LOG.infof("Payloads expired in the claim-check store: objects=%d", expired);
            }
        } catch (IOException | RuntimeException e) {
            // The next time may be better; until then they stay.
            LOG.debugf("Payloads could not be expired: %s", e.getMessage());
        }
    }

    void stop() {
        if (thread != null) {
            thread.shutdownNow();
        }
    }
}
