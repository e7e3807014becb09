package io.tiergate.model;

import io.tiergate.ensemble.Adjudication;
import io.tiergate.ensemble.Combination;
import io.tiergate.gate.Activation;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * The manifest of an ensemble.
 *
 * @param inputNames all inputs of every member: a sample is one tensor of each
 * @param quorum how many members must give a usable answer; 1 to the number of members
 */
public record EnsembleManifest(
        String name,
        List<String> inputNames,
        String outputName,
        Activation activation,
        List<String> labels,
        List<Member> members,
        Combination combination,
        int quorum,
        Adjudication adjudication,
        Optional<Display> display)
        implements Manifest {
    public EnsembleManifest {
        inputNames = List.copyOf(inputNames);
        labels = List.copyOf(labels);
        members = List.copyOf(members);
    }

    /**
     * Compares the labels with those of every edge model that escalates to this ensemble: a label that only one side knows could never
     * be answered, or never be understood.
     *
     * @param packages those of the same repository
     * @return one sentence about the first edge model whose labels differ; empty if none does
     */
    public Optional<String> labelMismatch(Collection<ModelPackage> packages) {
        for (ModelPackage other : packages) {
            if (other.manifest().orElse(null) instanceof EdgeManifest edge
                    && edge.escalation()
                            .filter(to -> to.ensemble().equals(name))
                            .isPresent()
                    && !new HashSet<>(edge.labels()).equals(new HashSet<>(labels))) {
                return Optional.of("labels %s differ from those of %s, which escalates to it: %s"
                        .formatted(labels, other, edge.labels()));
            }
        }
        return Optional.empty();
    }

    /** The same with what calibration finds. */
    public EnsembleManifest calibrated(List<Member> newMembers, Adjudication newAdjudication) {
        return new EnsembleManifest(
                name,
                inputNames,
                outputName,
                activation,
                labels,
                newMembers,
                combination,
                quorum,
                newAdjudication,
                display);
    }

    /**
     * @param file relative to the package
     * @param weight above 0; only the ratio to the other members' counts
     * @param temperature above 0; 1 changes nothing
     * @param deadline how long it may take for a batch, above zero; empty: as long as whoever asks says
     */
    public record Member(String file, double weight, double temperature, Optional<Duration> deadline) {
        /** The same at another temperature. */
        public Member withTemperature(double other) {
            return new Member(file, weight, other, deadline);
        }
    }
}
