package io.tiergate.cli.demo;

import io.tiergate.cli.CommandFailure;
import io.tiergate.model.EdgeManifest;
import io.tiergate.model.EnsembleManifest;
import io.tiergate.model.ModelPackage;
import io.tiergate.model.ModelRepository;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The edge model that the demo asks.
 *
 * @param labels class names by index
 * @param takesPictures whether its manifest says how a picture file becomes its input
 */
record DemoModel(String name, List<String> labels, boolean takesPictures) {

    /** @throws CommandFailure if there is no such model, or nobody to escalate to */
    static DemoModel choose(Path repository, Optional<String> wanted) {
        ModelRepository.Listing listing;
        try {
            listing = ModelRepository.list(repository);
        } catch (IOException e) {
            throw new CommandFailure("--models: " + e.getMessage(), e);
        }
        List<EdgeManifest> gated = listing.packages().stream()
                .map(ModelPackage::manifest)
                .flatMap(Optional::stream)
                .filter(EdgeManifest.class::isInstance)
                .map(EdgeManifest.class::cast)
                .toList();
        EdgeManifest manifest = gated.stream()
                .filter(candidate -> wanted.map(candidate.name()::equals).orElse(true))
                .findFirst()
                .orElseThrow(() -> new CommandFailure("no %s with a model.yaml in %s (there are: %s)%s"
                        .formatted(
                                wanted.map(name -> "edge model '" + name + "'").orElse("edge model"),
                                repository,
                                gated.stream()
                                        .map(EdgeManifest::name)
                                        .distinct()
                                        .toList(),
                                refusals(listing))));
        manifest.escalation().ifPresent(escalation -> requireEnsemble(listing, manifest.name(), escalation.ensemble()));
        return new DemoModel(
                manifest.name(), manifest.labels(), manifest.preprocessing().isPresent());
    }

    private static void requireEnsemble(ModelRepository.Listing listing, String model, String ensemble) {
        boolean found = listing.packages().stream()
                .filter(candidate -> candidate.name().equals(ensemble))
                .anyMatch(candidate -> candidate
                        .manifest()
                        .filter(EnsembleManifest.class::isInstance)
                        .isPresent());
        if (!found) {
            throw new CommandFailure("model '%s' escalates to ensemble '%s', which is not in the repository%s"
                    .formatted(model, ensemble, refusals(listing)));
        }
    }

    private static String refusals(ModelRepository.Listing listing) {
        if (listing.refusals().isEmpty()) {
            return "";
        }
        return "; %d refused, the first: %s"
                .formatted(listing.refusals().size(), listing.refusals().getFirst());
    }
}
