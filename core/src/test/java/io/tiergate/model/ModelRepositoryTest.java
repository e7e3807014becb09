package io.tiergate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiergate.testing.TestModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelRepositoryTest {
    @TempDir
    private Path repository;

    @Test
    void goodPackagesAreListedByNameWithTheirKind() throws IOException {
        ModelRepository.Listing listing = ModelRepository.list(TestModels.copyTo("tiny", repository));

        assertThat(listing.refusals()).isEmpty();
        assertThat(listing.packages())
                .extracting(ModelPackage::toString)
                .containsExactly(
                        "every-type/1",
                        "tiny-audited/1",
                        "tiny-edge/1",
                        "tiny-ensemble/1",
                        "tiny-image/1",
                        "tiny-nonfinite/1",
                        "tiny-plain/1",
                        "tiny-scores/1",
                        "tiny-unbatched/1",
                        "tiny-wide/1");
        Map<String, ModelPackage> byName =
                listing.packages().stream().collect(Collectors.toMap(ModelPackage::name, modelPackage -> modelPackage));
        assertThat(byName.get("tiny-edge").manifest()).containsInstanceOf(EdgeManifest.class);
        assertThat(byName.get("tiny-ensemble").manifest()).containsInstanceOf(EnsembleManifest.class);
        assertThat(byName.get("tiny-plain").manifest()).isEmpty();
        assertThat(byName.get("tiny-plain").modelFile()).isRegularFile();
        assertThat(byName.get("tiny-edge").digest()).matches("sha256:[0-9a-f]{64}");
    }

    @Test
    void everyBrokenPackageIsRefusedInOneSentenceAndTheGoodOneIsServed() throws IOException {
        ModelRepository.Listing listing = ModelRepository.list(TestModels.copyTo("broken", repository));

        assertThat(listing.packages()).extracting(ModelPackage::name).contains("good");
        assertThat(listing.refusals())
                .extracting(ModelRepository.Refusal::toString)
                .containsExactly(
                        "member-escaping/1: model.yaml: members.file: ../../good/1/model.onnx (expected: a file inside the package)",
                        "member-missing/1: members/b.onnx is missing",
                        "model-missing/1: model.onnx is missing",
                        "name-mismatch/1: model.yaml: name: another-name (expected: name-mismatch, as its folder is called)",
                        "unknown-key/1: model.yaml: unknown key 'treshold' in gate; did you mean 'threshold'?"
                                + " (known there: audit-rate, class-thresholds, confidence, learn-correction, max-bytes-per-day, max-escalation-rate, policy, preset, stratified-audits, target-risk, threshold, yields)",
                        "version-latest/latest: version folder 'latest' (expected: a positive integer)");
    }

    @Test
    void theHighestVersionComesFirstByNumberAndNotByText() throws IOException {
        for (String version : new String[] {"2", "10", "9"}) {
            Path folder = Files.createDirectories(repository.resolve("m").resolve(version));
            Files.writeString(folder.resolve("model.onnx"), version);
        }

        assertThat(ModelRepository.list(repository).packages())
                .extracting(ModelPackage::version)
                .containsExactly(10L, 9L, 2L);
    }

    @Test
    void versionsThatAreNoPositiveIntegersAreRefused() throws IOException {
        for (String version : new String[] {"0", "01", "-1", "1.5", "v1", "9999999999999999999"}) {
            Files.createDirectories(repository.resolve("m").resolve(version));
        }

        ModelRepository.Listing listing = ModelRepository.list(repository);

        assertThat(listing.packages()).isEmpty();
        assertThat(listing.refusals()).hasSize(6).allSatisfy(refusal -> assertThat(refusal.reason())
                .isEqualTo("version folder '" + refusal.version() + "' (expected: a positive integer)"));
    }

    @Test
    void filesAndHiddenFoldersBesideTheModelsAreLeftAlone() throws IOException {
        TestModels.copyTo("tiny", "tiny-edge", repository);
        Files.writeString(repository.resolve("README.md"), "models");
        Files.createDirectories(repository.resolve(".git/objects"));
        Files.writeString(repository.resolve("tiny-edge/notes.txt"), "notes");
        Files.createDirectories(repository.resolve("tiny-edge/.unfinished"));

        ModelRepository.Listing listing = ModelRepository.list(repository);

        assertThat(listing.packages()).extracting(ModelPackage::toString).containsExactly("tiny-edge/1");
        assertThat(listing.refusals()).isEmpty();
    }

    @Test
    void aManifestThatIsAFolderRefusesItsPackageOnly() throws IOException {
        TestModels.copyTo("tiny", "tiny-edge", repository);
        TestModels.copyTo("tiny", "tiny-plain", repository);
        Files.createDirectories(repository.resolve("tiny-plain/1/model.yaml"));

        ModelRepository.Listing listing = ModelRepository.list(repository);

        assertThat(listing.packages()).extracting(ModelPackage::name).containsExactly("tiny-edge");
        assertThat(listing.refusals()).hasSize(1).first().asString().startsWith("tiny-plain/1: cannot be read: ");
    }

    @Test
    void aVersionThatIsALinkIsReadAsTheFolderItLeadsTo() throws IOException {
        TestModels.copyTo("tiny", "tiny-edge", repository);
        String digest = ModelRepository.list(repository).packages().get(0).digest();
        Path elsewhere = Files.move(repository.resolve("tiny-edge/1"), repository.resolve("tiny-edge/.1"));
        Files.createSymbolicLink(repository.resolve("tiny-edge/1"), elsewhere);

        assertThat(ModelRepository.list(repository).packages())
                .extracting(ModelPackage::digest)
                .containsExactly(digest);
    }

    @Test
    void aLinkInACircleRefusesItsPackageOnly() throws IOException {
        TestModels.copyTo("tiny", "tiny-edge", repository);
        TestModels.copyTo("tiny", "tiny-plain", repository);
        Path circle = repository.resolve("tiny-plain/1/circle");
        Files.createSymbolicLink(circle, circle.getParent());

        ModelRepository.Listing listing = ModelRepository.list(repository);

        assertThat(listing.packages()).extracting(ModelPackage::name).containsExactly("tiny-edge");
        assertThat(listing.refusals()).hasSize(1).first().asString().startsWith("tiny-plain/1: cannot be read: ");
    }

    @Test
    void aRepositoryThatIsNoFolderIsRefused() {
        assertThatThrownBy(() -> ModelRepository.list(repository.resolve("nowhere")))
                .isInstanceOf(IOException.class)
                .hasMessage("model repository " + repository.resolve("nowhere")
                        + " is not a folder (expected: <repository>/<model>/<version>/)");
    }
}
