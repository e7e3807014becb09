package io.tiergate.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.testing.TestModels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackageDigestTest {
    @TempDir
    private Path folder;

    @Test
    void theDigestIsSha256OverLengthsPathsAndBytes() throws Exception {
        Path directory = Files.createDirectories(folder.resolve("p"));
        Files.writeString(directory.resolve("b"), "xyz");
        Files.createDirectories(directory.resolve("a"));
        Files.writeString(directory.resolve("a/c"), "");
        String stream = "\0\0\0\3" + "\0\0\0\0\0\0\0\0" + "a/c" + "\0\0\0\1" + "\0\0\0\0\0\0\0\3" + "b" + "xyz";

        assertThat(PackageDigest.of(directory))
                .isEqualTo("sha256:"
                        + HexFormat.of()
                                .formatHex(MessageDigest.getInstance("SHA-256")
                                        .digest(stream.getBytes(StandardCharsets.ISO_8859_1))));
    }

    @Test
    void theDigestDependsNeitherOnTheFolderNorOnTimes() throws IOException {
        Path one = TestModels.copyTo("tiny", "tiny-ensemble", folder.resolve("one"));
        Path other = TestModels.copyTo("tiny", "tiny-ensemble", folder.resolve("other/and/deeper"));
        Files.setLastModifiedTime(
                other.resolve("tiny-ensemble/1/model.yaml"), FileTime.from(Instant.parse("1970-01-02T00:00:00Z")));
        Files.createDirectories(other.resolve("tiny-ensemble/1/empty"));

        assertThat(PackageDigest.of(other.resolve("tiny-ensemble/1")))
                .isEqualTo(PackageDigest.of(one.resolve("tiny-ensemble/1")));
    }

    @Test
    void everyChangeOfAByteANameOrABoundaryGivesAnotherDigest() throws IOException {
        Set<String> digests = new HashSet<>();
        int packages = 0;
        for (String[] files : new String[][] {
            {},
            {"a", ""},
            {"a", "bc"},
            {"a", "bd"},
            {"ab", "c"},
            {"b", "bc"},
            {"a/b", "c"},
            {"a", "", "bc", ""},
            {"a", "b", "b", "c"},
            {"a", "bc", "b", ""}
        }) {
            Path directory = Files.createDirectories(folder.resolve("package-" + packages++));
            for (int i = 0; i < files.length; i += 2) {
                Path file = directory.resolve(files[i]);
                Files.createDirectories(file.getParent());
                Files.writeString(file, files[i + 1]);
            }
            digests.add(PackageDigest.of(directory));
        }
        assertThat(digests).hasSize(packages);
    }

    @Test
    void everySingleByteCounts() throws IOException {
        Path directory = TestModels.copyTo("tiny", "tiny-edge", folder).resolve("tiny-edge/1");
        Path model = directory.resolve("model.onnx");
        byte[] bytes = Files.readAllBytes(model);
        Set<String> digests = new HashSet<>(Set.of(PackageDigest.of(directory)));
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] ^= 1;
            Files.write(model, bytes);
            digests.add(PackageDigest.of(directory));
            bytes[i] ^= 1;
        }
        assertThat(digests).hasSize(bytes.length + 1);
    }

    @Test
    void foldersReachedThroughLinksCount() throws IOException {
        Path plain = TestModels.copyTo("tiny", "tiny-ensemble", folder).resolve("tiny-ensemble/1");
        String digest = PackageDigest.of(plain);
        Path members = Files.move(plain.resolve("members"), folder.resolve("members-elsewhere"));
        Files.createSymbolicLink(plain.resolve("members"), members);
        Path link = Files.createSymbolicLink(folder.resolve("link"), plain);

        assertThat(PackageDigest.of(link)).isEqualTo(PackageDigest.of(plain)).isEqualTo(digest);
    }
}
