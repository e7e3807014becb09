package io.tiergate.serving.claimcheck;

import io.tiergate.process.ConfigurationProblems;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Takes payloads in and gives them out again for their claims. Safe on every thread; blocks. */
public final class ClaimStore implements AutoCloseable {
    private final ObjectStore objects;

    ClaimStore(ObjectStore objects) {
        this.objects = objects;
    }

    /**
     * The configured store. Nothing is asked of it yet: it may be away.
     *
     * @return empty if none is configured
     */
    public static Optional<ClaimStore> open(ClaimCheckConfig config, S3Config s3) {
        return config.folder()
                .<ObjectStore>map(FolderStore::new)
                .or(() -> s3.bucket().map(bucket -> S3Store.open(bucket, s3, config.timeout())))
                .map(ClaimStore::new);
    }

    /** Adds what is wrong with the configuration. */
    public static ConfigurationProblems check(ConfigurationProblems problems, ClaimCheckConfig config, S3Config s3) {
        boolean secret =
                s3.secretAccessKey().isPresent() || s3.secretAccessKeyFile().isPresent();
        return problems.require(
                        config.folder().isEmpty() || s3.bucket().isEmpty(),
                        "tiergate.claim-check.folder and tiergate.claim-check.s3.bucket: both set (expected: one store, or none)")
                .require(
                        s3.bucket().isPresent()
                                || (s3.endpoint().isEmpty() && s3.accessKeyId().isEmpty()),
                        "tiergate.claim-check.s3.bucket: not set (expected: the bucket's name, since other tiergate.claim-check.s3 keys are set)")
                .require(
                        s3.endpoint().map(uri -> uri.getHost() != null).orElse(true),
                        "tiergate.claim-check.s3.endpoint: '%s' (expected: https://host:port)"
                                .formatted(s3.endpoint().map(Object::toString).orElse("")))
                .require(
                        s3.accessKeyId().isPresent() == secret,
                        "tiergate.claim-check.s3.access-key-id: goes with secret-access-key-file or secret-access-key (expected: both, or neither for credentials from the environment)")
                .aboveZero("tiergate.claim-check.timeout", config.timeout());
    }

    /**
     * Stores a payload; again if it is there already, so that its age begins anew.
     *
     * @throws IOException if the store is away or refuses: try again later
     */
    public Claim put(String tenant, byte[] payload) throws IOException {
        Claim claim = Claim.of(tenant, payload);
        objects.put(claim.key(), payload);
        return claim;
    }

    /**
     * Fetches a payload. Takes memory for it only once the store has told that it is as large as claimed.
     *
     * @param claim of a size that memory can hold
     * @throws LostObjectException if it is not there, or not what was claimed
     * @throws IOException if the store is away or refuses: try again later
     */
    public byte[] get(Claim claim) throws IOException, LostObjectException {
        Optional<ObjectStore.Stored> found = objects.open(claim.key());
        if (found.isEmpty()) {
            throw new LostObjectException(
                    "claim check: no object %s in %s. It has expired or was deleted: keep objects longer than records wait (docs/claim-check.md), put it back from a backup and replay this record."
                            .formatted(claim.key(), objects));
        }
        try (ObjectStore.Stored stored = found.get()) {
            if (stored.sizeBytes() != claim.sizeBytes()) {
                throw corrupt(claim, "has %d bytes (expected: %d)".formatted(stored.sizeBytes(), claim.sizeBytes()));
            }
            byte[] payload = stored.content().readNBytes(Math.toIntExact(claim.sizeBytes()));
            if (payload.length < claim.sizeBytes()) {
                throw new IOException("%s ended after %d of %d bytes of object %s"
                        .formatted(objects, payload.length, claim.sizeBytes(), claim.key()));
            }
            if (!claim.matches(payload)) {
                throw corrupt(claim, "has another digest than its name says");
            }
            return payload;
        }
    }

    private LostObjectException corrupt(Claim claim, String what) {
        return new LostObjectException(
                "claim check: object %s in %s %s. It was changed or damaged: put it back from a backup and replay this record."
                        .formatted(claim.key(), objects, what));
    }

    /**
     * Removes what a tenant has left here and nobody has stored or fetched for so long. A bucket's own lifecycle rule does that by itself.
     *
     * @return how many objects
     * @throws IOException if the store is away or refuses: try again later
     */
    public long expire(String tenant, Duration age) throws IOException {
        return objects.expire(tenant, age);
    }

    /** The store's place, for people. */
    @Override
    public String toString() {
        return objects.toString();
    }

    @Override
    public void close() {
        objects.close();
    }
}
