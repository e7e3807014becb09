package io.tiergate.model;

import java.util.List;
import java.util.Optional;

/** What a package's {@code model.yaml} says. */
public sealed interface Manifest permits EdgeManifest, EnsembleManifest {
    String name();

    /** Class names by index; at least two, all different. */
    List<String> labels();

    /** How a person sees a sample; empty: it is guessed from the sample. */
    Optional<Display> display();
}
