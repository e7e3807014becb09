package io.tiergate.model;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.OptionalDouble;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Changes the numbers of an ensemble's {@code model.yaml} that calibration finds, and leaves what people wrote around them. */
public final class EnsembleManifestFile {
    private EnsembleManifestFile() {}

    /**
     * Writes the members' temperatures and the limits of the adjudication, all at once.
     *
     * @param modelPackage with a manifest of the same members
     * @param calibrated what the manifest is to say
     * @return the file
     * @throws RefusedPackageException with one sentence if changing these numbers where they stand does not give that manifest; the file is
     *     left as it is
     */
    public static Path write(ModelPackage modelPackage, EnsembleManifest calibrated)
            throws RefusedPackageException, IOException {
        Path file = modelPackage.directory().resolve(ModelPackage.MANIFEST);
        Path fresh = modelPackage.directory().resolve(ModelPackage.MANIFEST + ".new");
        Files.writeString(fresh, edited(ManifestParser.text(file), calibrated), StandardCharsets.UTF_8);
        if (!reads(fresh, calibrated)) {
            Files.delete(fresh);
            throw ManifestParser.refused(
                    "its temperatures and limits cannot be changed where they stand (expected: plain values in members and adjudication)");
        }
        return Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static boolean reads(Path file, EnsembleManifest calibrated) throws IOException {
        try {
            return ManifestReader.read(file, calibrated.name()).equals(calibrated);
        } catch (RefusedPackageException e) {
            return false;
        }
    }

    private static String edited(String text, EnsembleManifest calibrated) {
        YamlEdit edit = new YamlEdit(text);
        List<EnsembleManifest.Member> members = calibrated.members();
        if (YamlEdit.value(edit.root(), "members").orElse(null) instanceof SequenceNode listed) {
            for (int m = 0; m < Math.min(members.size(), listed.getValue().size()); m++) {
                Node member = listed.getValue().get(m);
                if (member instanceof MappingNode mapping) {
                    edit.set(mapping, "temperature", number(members.get(m).temperature()));
                }
            }
        }
        OptionalDouble maxEntropy = calibrated.adjudication().maxEntropy();
        OptionalDouble minConfidence = calibrated.adjudication().minConfidence();
        if (YamlEdit.value(edit.root(), "adjudication").orElse(null) instanceof MappingNode limits
                && !limits.getValue().isEmpty()) {
            maxEntropy.ifPresent(limit -> edit.set(limits, "max-entropy", number(limit)));
            minConfidence.ifPresent(limit -> edit.set(limits, "min-confidence", number(limit)));
        } else {
            maxEntropy.ifPresent(
                    limit -> edit.set(edit.root(), "adjudication", "{ max-entropy: %s }".formatted(number(limit))));
            minConfidence.ifPresent(
                    limit -> edit.set(edit.root(), "adjudication", "{ min-confidence: %s }".formatted(number(limit))));
        }
        return edit.text();
    }

    private static String number(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
}
