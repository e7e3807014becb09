package io.tiergate.cli.model;

import io.tiergate.cli.CommandFailure;
import io.tiergate.gate.Activation;
import io.tiergate.gate.Reading;
import io.tiergate.model.EdgeModel;
import io.tiergate.model.ModelPackage;
import io.tiergate.model.ModelRepository;
import io.tiergate.runtime.SessionSettings;
import io.tiergate.runtime.UnusableModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Makes a package: written beside its place under a hidden name, read and opened there as the services would, and only then moved to
 * its place in one step. A package that would be refused never appears, and neither does half of one.
 */
public final class Packer {
    private final PackOptions options;

    private Packer(PackOptions options) {
        this.options = options;
    }

    /**
     * @return the package in its place
     * @throws CommandFailure if something is missing, or the package would not be served
     */
    public static ModelPackage pack(PackOptions options) throws IOException {
        return new Packer(options).pack();
    }

    private ModelPackage pack() throws IOException {
        Packages.checkName(options.name());
        Path model = options.repository().resolve(options.name());
        long version = options.version().isPresent() ? options.version().getAsLong() : Packages.nextVersion(model);
        Path place = model.resolve(Long.toString(version));
        if (Files.exists(place)) {
            throw new CommandFailure(
                    "%s is there already, and versions never change; leave out --version for the next free one"
                            .formatted(place));
        }
        try (ModelFile file = ModelFile.open(options.file())) {
            Findings findings = Findings.of(
                    file,
                    new Findings.Wishes(
                            options.input(),
                            options.output(),
                            options.activation(),
                            options.layout(),
                            OptionalLong.of(options.labels().size())));
            String manifest = ManifestText.of(file, options, findings);
            checkLabels(findings);
            checkKeys(findings.trial().orElseThrow());
            checkAnswers(findings);
            return write(file, manifest, place);
        }
    }

    private void checkLabels(Findings findings) {
        OptionalLong wanted = findings.labels();
        if (wanted.isPresent() && wanted.getAsLong() != options.labels().size()) {
            throw new CommandFailure(
                    "%d labels, but output '%s' has %d classes; give one label a class, in the output's order"
                            .formatted(
                                    options.labels().size(),
                                    findings.output().require().name(),
                                    wanted.getAsLong()));
        }
    }

    /** Maps tell their classes' names themselves, in an order of their own. */
    private void checkKeys(Trial trial) {
        if (!trial.keys().isEmpty() && !trial.keys().equals(options.labels())) {
            throw new CommandFailure("labels %s (expected: %s, as the model's output itself names them, in that order)"
                    .formatted(options.labels(), trial.keys()));
        }
    }

    /** What no look at the file can tell: whether batches run, and whether the answers are what the activation takes. */
    private void checkAnswers(Findings findings) {
        Trial trial = findings.trial().orElseThrow();
        if (trial.batchFails()) {
            throw new CommandFailure(Trial.FALSE_BATCH);
        }
        Activation activation = findings.activation().require();
        List<double[]> rows = trial.rows();
        if (!rows.isEmpty() && rows.stream().noneMatch(row -> isUsable(row, activation))) {
            throw new CommandFailure(
                    "with --activation %s not one of %d answers to random inputs could be used, so the gate would never accept any; %s"
                            .formatted(
                                    Inspection.word(activation),
                                    rows.size(),
                                    activation == Activation.NONE
                                            ? "they are no probabilities: try --activation softmax"
                                            : "they are not finite: check the model"));
        }
    }

    private boolean isUsable(double[] row, Activation activation) {
        Reading reading = Reading.of(row);
        // Where the model leaves the number of classes open, a made-up input has made it up.
        reading.activate(activation, options.gating().temperature(), activation.classes(row.length));
        return reading.isUsable();
    }

    private ModelPackage write(ModelFile file, String manifest, Path place) throws IOException {
        Files.createDirectories(options.repository());
        Path staging = Files.createTempDirectory(options.repository(), ".packing-");
        try {
            Path folder = Files.createDirectories(
                    staging.resolve(options.name()).resolve(place.getFileName().toString()));
            Files.copy(file.path(), folder.resolve(ModelPackage.MODEL));
            for (String name : file.graph().map(OnnxGraph::externalFiles).orElse(java.util.Set.of())) {
                copyBeside(file.path(), name, folder);
            }
            Files.writeString(folder.resolve(ModelPackage.MANIFEST), manifest);
            open(folder);
            Files.createDirectories(place.getParent());
            move(folder, place);
        } finally {
            delete(staging);
        }
        return ModelRepository.listVersion(place).packages().getFirst();
    }

    private static void copyBeside(Path model, String name, Path folder) throws IOException {
        Path target = folder.resolve(name).normalize();
        if (!target.startsWith(folder)) {
            throw new CommandFailure(
                    "the model's weights lie in '%s', outside its own folder; put them beside it and save the model again"
                            .formatted(name));
        }
        Files.createDirectories(target.getParent());
        Files.copy(model.resolveSibling(name), target);
    }

    private static void open(Path folder) {
        ModelRepository.Listing listing = ModelRepository.listVersion(folder);
        if (!listing.refusals().isEmpty()) {
            throw new CommandFailure(
                    "not packed: " + listing.refusals().getFirst().reason());
        }
        try (EdgeModel model = EdgeModel.open(listing.packages().getFirst(), SessionSettings.SINGLE_THREADED)) {
            if (model.manifest().isEmpty()) {
                throw new IllegalStateException("the manifest that was just written is not there");
            }
        } catch (UnusableModelException e) {
            throw new CommandFailure("not packed: " + e.getMessage(), e);
        }
    }

    private static void move(Path folder, Path place) throws IOException {
        try {
            Files.move(folder, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (Files.exists(place)) {
                throw new CommandFailure("%s was made by someone else meanwhile; try again".formatted(place), e);
            }
            throw e;
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
