package io.tiergate.serving.claimcheck;

import com.google.protobuf.ByteString;
import io.tiergate.model.Sha256;
import io.tiergate.proto.v1.ClaimCheck;
import java.util.HexFormat;

/**
 * Where a payload lies, and how to tell that it is the right one. The place follows from the content, so that storing it twice is storing it
 * once, and from the tenant, so that no tenant can ask for what is another's.
 *
 * @param sizeBytes 0 or more
 * @param digest SHA-256 of the payload: 32 bytes
 */
public record Claim(String tenant, long sizeBytes, ByteString digest) {
    private static final int DIGEST_BYTES = 32;

    public Claim {
        if (digest.size() != DIGEST_BYTES) {
            throw new IllegalArgumentException(
                    "claim_check.digest: %d bytes (expected: 32, a SHA-256)".formatted(digest.size()));
        }
        if (sizeBytes < 0) {
            throw new IllegalArgumentException("claim_check.size_bytes: %d (expected: 0 or more)".formatted(sizeBytes));
        }
    }

    public static Claim of(String tenant, byte[] payload) {
        return new Claim(
                tenant, payload.length, ByteString.copyFrom(Sha256.begin().digest(payload)));
    }

    /**
     * Reads a record's claim check.
     *
     * @param tenant whose record it is
     * @throws IllegalArgumentException if it is none of this tenant's
     */
    public static Claim of(String tenant, ClaimCheck check) {
        Claim claim = new Claim(tenant, check.getSizeBytes(), check.getDigest());
        if (!claim.key().equals(check.getUri())) {
            throw new IllegalArgumentException("claim_check.uri: '%s' (expected: %s, by tenant and digest)"
                    .formatted(check.getUri(), claim.key()));
        }
        return claim;
    }

    public ClaimCheck toMessage() {
        return ClaimCheck.newBuilder()
                .setUri(key())
                .setSizeBytes(sizeBytes)
                .setDigest(digest)
                .build();
    }

    /** The object's name within its store, with slashes: {@code <tenant>/<two digits>/<all digits of the digest>}. */
    public String key() {
        String hex = HexFormat.of().formatHex(digest.toByteArray());
        return tenant + "/" + hex.substring(0, 2) + "/" + hex;
    }

    /** Whether these bytes are what was claimed. */
    boolean matches(byte[] payload) {
        return payload.length == sizeBytes
                && ByteString.copyFrom(Sha256.begin().digest(payload)).equals(digest);
    }
}
