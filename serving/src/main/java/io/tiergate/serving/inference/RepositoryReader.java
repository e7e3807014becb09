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
import java.util.List;
import java.util.Optional;
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
        Listing all = ModelRepository.list(repository);
        TreeSet<String> names = new TreeSet<>();
        all.packages().forEach(each -> names.add(each.name()));
        all.refusals().forEach(each -> names.add(each.model()));
        return names.stream()
                .map(name -> open(
                        name,
                        all.packages().stream()
                                .filter(each -> each.name().equals(name))
                                .toList(),
                        all.refusals().stream()
                                .filter(each -> each.model().equals(name))
                                .toList(),
                        all.packages()))
                .toList();
    }

    /**
     * One model as its folder is now; empty if there is no such folder.
     *
     * @param others the packages of the other models
     * @throws ModelNotFoundException if the folder has no versions in it
     */
    Optional<CatalogEntry<M>> read(String name, List<ModelPackage> others) {
        return folder(name).map(folder -> {
            Listing listing = ModelRepository.listModel(folder);
            if (listing.packages().isEmpty() && listing.refusals().isEmpty()) {
                throw new ModelNotFoundException(
                        "Request for unknown model: '%s' has no available versions (expected: <repository>/%s/<version>/)"
                                .formatted(name, name));
            }
            List<ModelPackage> all =
                    Stream.concat(others.stream(), listing.packages().stream()).toList();
            return open(name, listing.packages(), listing.refusals(), all);
        });
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
            String name, List<ModelPackage> packages, List<Refusal> refused, Collection<ModelPackage> all) {
        List<Refusal> refusals = new ArrayList<>(refused);
        Optional<M> opened = Optional.empty();
        for (ModelPackage candidate : packages) {
            if (opened.isPresent() || !loader.serves(candidate)) {
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
        return new CatalogEntry<>(name, opened, packages, refusals);
    }
}
