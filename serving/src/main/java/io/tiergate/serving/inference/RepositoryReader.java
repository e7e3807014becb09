package io.tiergate.serving.inference;

import io.tiergate.model.ModelPackage;
import io.tiergate.model.ModelRepository;
import io.tiergate.model.ModelRepository.Listing;
import io.tiergate.model.ModelRepository.Refusal;
import io.tiergate.runtime.UnusableModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Reads models from their folders and opens of each the highest version that can be opened. Blocks. */
record RepositoryReader<M extends Servable>(Path repository, ModelLoader<M> loader) {
    private static final Logger LOG = Logger.getLogger(RepositoryReader.class);

    /**
     * Every model of the repository.
     *
     * @throws IOException if the repository is no readable folder
     */
    List<CatalogEntry<M>> readAll() throws IOException {
        // Before the files are read: what changes from then on looks different at the next look.
        SortedMap<String, ModelFingerprint> fingerprints = fingerprints();
        Listing all = ModelRepository.list(repository);
        TreeSet<String> names = new TreeSet<>();
        all.packages().forEach(each -> names.add(each.name()));
        all.refusals().forEach(each -> names.add(each.model()));
        return names.stream()
                .map(name -> open(
                        name,
                        new Listing(
                                all.packages().stream()
                                        .filter(each -> each.name().equals(name))
                                        .toList(),
                                all.refusals().stream()
                                        .filter(each -> each.model().equals(name))
                                        .toList()),
                        Optional.empty(),
                        all.packages(),
                        fingerprints.getOrDefault(name, ModelFingerprint.UNKNOWN)))
                .toList();
    }

    private SortedMap<String, ModelFingerprint> fingerprints() {
        try {
            return RepositoryLook.at(repository).models();
        } catch (IOException e) {
            // Listing it comes next, and says it better.
            return Collections.emptySortedMap();
        }
    }

    /**
     * One model as its folder is now; empty if there is no such folder.
     *
     * @param others the packages of the other models
     * @param served what is served of it, if that shall stay unless there is something better: a higher version, or the same one with
     *     other files, or any if its own folder has gone. Then nothing else is opened, and of what stays the entry says nothing.
     * @throws ModelNotFoundException if the folder has no versions in it
     */
    Optional<CatalogEntry<M>> read(String name, List<ModelPackage> others, Optional<M> served) {
        return folder(name).map(folder -> {
            ModelFingerprint fingerprint = ModelFingerprint.of(folder);
            Listing listing = ModelRepository.listModel(folder);
            if (listing.packages().isEmpty() && listing.refusals().isEmpty()) {
                throw new ModelNotFoundException(
                        "Request for unknown model: '%s' has no available versions (expected: <repository>/%s/<version>/)"
                                .formatted(name, name));
            }
            List<ModelPackage> all =
                    Stream.concat(others.stream(), listing.packages().stream()).toList();
            return open(name, listing, served, all, fingerprint);
        });
    }

    /** Whether no version in a model's folder is meant for this server. */
    boolean servesNoneOf(CatalogEntry<M> entry) {
        return entry.refusals().isEmpty() && entry.packages().stream().noneMatch(loader::serves);
    }

    /** Looked for among the folders that are there: a client's name must not lead out of the repository. */
    private Optional<Path> folder(String name) {
        try (Stream<Path> entries = Files.list(repository)) {
            return entries.filter(Files::isDirectory)
                    .filter(entry -> entry.getFileName().toString().equals(name) && !name.startsWith("."))
                    .findFirst();
        } catch (IOException e) {
            throw new UnavailableException("model repository " + repository + " cannot be read: " + e, e);
        }
    }

    private CatalogEntry<M> open(
            String name,
            Listing listing,
            Optional<M> served,
            Collection<ModelPackage> all,
            ModelFingerprint fingerprint) {
        List<Refusal> refusals = new ArrayList<>(listing.refusals());
        Optional<M> staying = served.filter(model -> isStillIn(listing, model));
        Optional<M> opened = Optional.empty();
        for (ModelPackage candidate : listing.packages()) {
            boolean better = staying.map(model -> isBetter(candidate, model)).orElse(true);
            if (opened.isPresent() || !better || !loader.serves(candidate)) {
                continue;
            }
            try {
                opened = Optional.of(loader.load(candidate, all));
                LOG.infof("Model loaded: model=%s digest=%s", candidate, candidate.digest());
            } catch (UnusableModelException e) {
                refusals.add(new Refusal(name, String.valueOf(candidate.version()), e.getMessage()));
            }
        }
        refusals.forEach(refusal -> LOG.warnf("Model package refused: %s", refusal));
        return new CatalogEntry<>(name, opened, listing.packages(), refusals, fingerprint);
    }

    private static boolean isStillIn(Listing listing, Servable model) {
        String version = String.valueOf(model.version());
        return Stream.concat(
                        listing.packages().stream().map(each -> String.valueOf(each.version())),
                        listing.refusals().stream().map(Refusal::version))
                .anyMatch(version::equals);
    }

    private static boolean isBetter(ModelPackage candidate, Servable model) {
        return candidate.version() == model.version()
                ? !candidate.digest().equals(model.digest())
                : candidate.version() > model.version();
    }
}
