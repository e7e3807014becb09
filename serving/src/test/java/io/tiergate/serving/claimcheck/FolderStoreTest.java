package io.tiergate.serving.claimcheck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderStoreTest extends ClaimStoreContract {
    @TempDir
    Path share;

    private Path root;
    private ClaimStore store;

    @BeforeEach
    void open() throws IOException {
        root = Files.createDirectory(share.resolve("claims"));
        store = new ClaimStore(new FolderStore(root));
    }

    @Override
    ClaimStore store() {
        return store;
    }

    @Override
    void overwrite(String key, byte[] content) throws IOException {
        Files.write(root.resolve(key), content);
    }

    @Override
    void delete(String key) throws IOException {
        Files.delete(root.resolve(key));
    }

    @Override
    void goAway() throws IOException {
        Files.move(root, share.resolve("unmounted"));
    }

    @Test
    void aFolderThatIsMissingIsNeverMade() throws IOException {
        goAway();
        assertThatThrownBy(() -> store.put("default", new byte[] {1}))
                .hasMessageContaining("tiergate.claim-check.folder");
        assertThat(root).doesNotExist();
    }

    @Test
    void nothingIsLeftOfAStoreThatFailed() throws IOException {
        Claim claim = Claim.of("default", new byte[] {1});
        // Something in the object's place that no file can replace.
        Files.createDirectories(root.resolve(claim.key()).resolve("in-the-way"));
        assertThatThrownBy(() -> store.put("default", new byte[] {1})).isInstanceOf(IOException.class);
        assertThat(names(root.resolve(claim.key()).getParent()))
                .containsExactly(claim.key().substring(claim.key().lastIndexOf('/') + 1));
    }

    @Test
    void aNameThatLeadsOutOfTheFolderIsRefused() {
        assertThatThrownBy(() -> store.put("../..", new byte[] {1})).hasMessageContaining("outside");
        assertThat(share.resolve("..").resolve("4b")).doesNotExist();
    }

    @Test
    void theAgeOfAnObjectBeginsAnewWhenItIsFetchedOrStoredAgain() throws Exception {
        Claim claim = store.put("default", new byte[] {1});
        Path file = root.resolve(claim.key());
        FileTime old = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));
        Files.setLastModifiedTime(file, old);
        store.get(claim);
        assertThat(Files.getLastModifiedTime(file)).isGreaterThan(old);
        Files.setLastModifiedTime(file, old);
        store.put("default", new byte[] {1});
        assertThat(Files.getLastModifiedTime(file)).isGreaterThan(old);
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
