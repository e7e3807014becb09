package io.tiergate.serving.claimcheck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
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

    @Test
    void whatNobodyHasUsedForLongExpiresForItsTenantAlone() throws Exception {
        Claim old = store.put("default", new byte[] {1});
        Claim young = store.put("default", new byte[] {2});
        Claim others = store.put("acme", new byte[] {3});
        Path torn = Files.createFile(root.resolve(young.key() + ".part"));
        FileTime longAgo = FileTime.from(Instant.now().minus(Duration.ofDays(8)));
        for (Path file : List.of(root.resolve(old.key()), root.resolve(others.key()), torn)) {
            Files.setLastModifiedTime(file, longAgo);
        }
        assertThat(store.expire("default", Duration.ofDays(7))).isEqualTo(2);
        assertThat(root.resolve(old.key())).doesNotExist();
        assertThat(torn).doesNotExist();
        assertThat(store.get(young)).containsExactly(2);
        assertThat(store.get(others)).containsExactly(3);
        assertThat(names(root)).containsExactlyInAnyOrder("acme", "default");
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
