package io.tiergate.cloud.intake;

import io.tiergate.serving.claimcheck.ClaimCheckConfig;
import io.tiergate.serving.claimcheck.ClaimStore;
import io.tiergate.serving.claimcheck.S3Config;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;

/** The store that is configured, if one is. */
@ApplicationScoped
public class ClaimStores {
    private final Optional<ClaimStore> store;

    @Inject
    ClaimStores(ClaimCheckConfig config, S3Config s3) {
        this.store = ClaimStore.open(config, s3);
    }

    public Optional<ClaimStore> configured() {
        return store;
    }

    @PreDestroy
    void close() {
        store.ifPresent(ClaimStore::close);
    }
}
