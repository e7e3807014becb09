package io.tiergate.model;

import io.tiergate.ensemble.Adjudication;
import io.tiergate.ensemble.Combination;
import io.tiergate.gate.Activation;
import java.util.List;

/**
 * The manifest of an ensemble.
 *
 * @param quorum how many members must give a usable answer; 1 to the number of members
 */
public record EnsembleManifest(
        String name,
        String inputName,
        String outputName,
        Activation activation,
        List<String> labels,
        List<Member> members,
        Combination combination,
        int quorum,
        Adjudication adjudication)
        implements Manifest {
    public EnsembleManifest {
        labels = List.copyOf(labels);
        members = List.copyOf(members);
    }

    /**
     * @param file relative to the package
     * @param weight above 0; only the ratio to the other members' counts
     * @param temperature above 0; 1 changes nothing
     */
    public record Member(String file, double weight, double temperature) {}
}
