package io.tiergate.serving.claimcheck;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What holds for every store. */
abstract class ClaimStoreContract {
    private static final byte[] PAYLOAD = payload(3_000_000, 1);

    abstract ClaimStore store();

    /** Changes an object behind the store's back. */
    abstract void overwrite(String key, byte[] content) throws Exception;

    abstract void delete(String key) throws Exception;

    /** Makes the whole store go away. */
    abstract void goAway() throws Exception;

    @Test
    void whatIsStoredComesBack() throws Exception {
        Claim claim = store().put("default", PAYLOAD);
        assertThat(claim.sizeBytes()).isEqualTo(PAYLOAD.length);
        assertThat(claim.key()).matches("default/([0-9a-f]{2})/\\1[0-9a-f]{62}");
        assertThat(store().get(Claim.of("default", claim.toMessage()))).isEqualTo(PAYLOAD);
    }

    @Test
    void anEmptyPayloadComesBackToo() throws Exception {
        assertThat(store().get(store().put("default", new byte[0]))).isEmpty();
    }

    @Test
    void theSameContentIsTheSameObject() throws Exception {
        assertThat(store().put("default", PAYLOAD)).isEqualTo(store().put("default", PAYLOAD.clone()));
        assertThat(store().put("acme", PAYLOAD).key()).startsWith("acme/");
    }

    @Test
    void manyMayStoreTheSameAtOnce() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            Callable<byte[]> turn = () -> store().get(store().put("default", PAYLOAD));
            for (Future<byte[]> done :
                    threads.invokeAll(IntStream.range(0, 16).mapToObj(i -> turn).toList())) {
                assertThat(done.get()).isEqualTo(PAYLOAD);
            }
        }
    }

    @Test
    void aMissingObjectIsLost() throws Exception {
        Claim claim = store().put("default", PAYLOAD);
        delete(claim.key());
        assertThatThrownBy(() -> store().get(claim))
                .isInstanceOf(LostObjectException.class)
                .hasMessageContaining(claim.key())
                .hasMessageContaining("replay");
    }

    @Test
    void anObjectOfAnotherSizeIsLost() throws Exception {
        Claim claim = store().put("default", PAYLOAD);
        overwrite(claim.key(), Arrays.copyOf(PAYLOAD, PAYLOAD.length + 1));
        assertThatThrownBy(() -> store().get(claim))
                .isInstanceOf(LostObjectException.class)
                .hasMessageContaining("has 3000001 bytes (expected: 3000000)");
    }

    @Test
    void anObjectWithOneBitOffIsLost() throws Exception {
        Claim claim = store().put("default", PAYLOAD);
        byte[] damaged = PAYLOAD.clone();
        damaged[1_234_567] ^= 4;
        overwrite(claim.key(), damaged);
        assertThatThrownBy(() -> store().get(claim))
                .isInstanceOf(LostObjectException.class)
                .hasMessageContaining("digest");
    }

    @Test
    void storingAgainCuresADamagedObject() throws Exception {
        Claim claim = store().put("default", PAYLOAD);
        overwrite(claim.key(), "damaged".getBytes(UTF_8));
        store().put("default", PAYLOAD);
        assertThat(store().get(claim)).isEqualTo(PAYLOAD);
    }

    @Test
    void aStoreThatIsAwayLosesNothing() throws Exception {
        Claim claim = store().put("default", PAYLOAD);
        goAway();
        assertThatThrownBy(() -> store().get(claim)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> store().put("default", PAYLOAD)).isInstanceOf(IOException.class);
    }

    static byte[] payload(int bytes, long seed) {
        byte[] payload = new byte[bytes];
        new Random(seed).nextBytes(payload);
        return payload;
    }
}
