package io.tiergate.serving.claimcheck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jclouds.blobstore.BlobStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class S3StoreTest extends ClaimStoreContract {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final byte[] PAYLOAD = {1, 2, 3};

    private S3Server server;
    private ClaimStore store;

    @BeforeEach
    void open() throws Exception {
        server = S3Server.start();
        store = open(server.config());
    }

    @AfterEach
    void close() throws Exception {
        store.close();
        server.close();
    }

    private static ClaimStore open(S3Config config) {
        return new ClaimStore(S3Store.open(config.bucket().orElseThrow(), config, TIMEOUT));
    }

    @Override
    ClaimStore store() {
        return store;
    }

    @Override
    void overwrite(String key, byte[] content) {
        BlobStore objects = server.objects();
        objects.putBlob(
                S3Server.BUCKET, objects.blobBuilder(key).payload(content).build());
    }

    @Override
    void delete(String key) {
        server.objects().removeBlob(S3Server.BUCKET, key);
    }

    @Override
    void goAway() throws Exception {
        server.close();
    }

    @Test
    void aWrongSecretIsAStoreThatIsAway() throws IOException {
        Claim claim = store.put("default", PAYLOAD);
        try (ClaimStore stranger =
                open(new S3Server.Config(S3Server.BUCKET, server.port(), Optional.of("guessed"), Optional.empty()))) {
            assertThatThrownBy(() -> stranger.put("default", PAYLOAD))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("403");
            assertThatThrownBy(() -> stranger.get(claim))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("403");
        }
    }

    @Test
    void aBucketThatIsMissingIsAStoreThatIsAway() throws IOException {
        Claim claim = store.put("default", PAYLOAD);
        try (ClaimStore lost =
                open(new S3Server.Config("nowhere", server.port(), Optional.of(S3Server.SECRET), Optional.empty()))) {
            assertThatThrownBy(() -> lost.get(claim)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> lost.put("default", PAYLOAD)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aSecretThatIsExchangedInItsFileIsTaken(@TempDir Path folder) throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "outdated\n");
        try (ClaimStore mounted =
                open(new S3Server.Config(S3Server.BUCKET, server.port(), Optional.empty(), Optional.of(secret)))) {
            assertThatThrownBy(() -> mounted.put("default", PAYLOAD)).hasMessageContaining("403");
            Files.writeString(secret, S3Server.SECRET + "\n");
            assertThat(mounted.get(mounted.put("default", PAYLOAD))).isEqualTo(PAYLOAD);
            Files.delete(secret);
            assertThatThrownBy(() -> mounted.put("default", PAYLOAD))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("secret-access-key-file");
        }
    }

    @Test
    void whatWasAwayIsFoundAgain() throws Exception {
        int port = server.port();
        server.close();
        assertThatThrownBy(() -> store.put("default", PAYLOAD)).isInstanceOf(IOException.class);
        server = S3Server.start(port);
        assertThat(store.get(store.put("default", PAYLOAD))).isEqualTo(PAYLOAD);
    }
}
