package io.tiergate.cloud.export;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;

/**
 * One sample with what was said of it and where that comes from. Texts that are not known are empty.
 *
 * @param purpose {@code escalated} or {@code audited}
 * @param inclusionProbability with which the sample was sent: 1 if it was escalated, above 0
 * @param contentDigest of its inputs, in hexadecimal
 * @param edge the model that answered first
 * @param edgeLabel what it said
 * @param edgeScore the gate's score of that
 * @param ensemble that was asked; absent where none was
 * @param label that counts; absent while nobody has decided
 * @param opinions of the edge, the ensemble and its members, as far as they are known
 * @param people who labelled it, the first one first
 */
public record LabelRow(
        UUID escalationId,
        String site,
        String device,
        String purpose,
        double inclusionProbability,
        String contentDigest,
        Model edge,
        String edgeLabel,
        double edgeScore,
        Optional<Model> ensemble,
        Optional<Label> label,
        List<Opinion> opinions,
        List<PersonsLabel> people) {
    public LabelRow {
        opinions = List.copyOf(opinions);
        people = List.copyOf(people);
    }

    /** A model package. */
    public record Model(String name, long version, String digest) {
        @Override
        public String toString() {
            return name + "/" + version;
        }
    }

    /**
     * @param source {@code ensemble}, {@code application} or {@code human}
     * @param rank a label of higher rank replaces one of lower rank
     * @param revision counts up when a label is replaced by one of the same rank
     */
    public record Label(String text, String source, int rank, int revision, Instant decidedAt) {}

    /**
     * What a model says.
     *
     * @param who the model, its version where that has one
     * @param probability of the label, 0 to 1; absent where it is not known
     */
    public record Opinion(String who, String label, OptionalDouble probability) {}

    /**
     * @param seconds for which the person looked at it
     */
    public record PersonsLabel(String reviewer, String label, double seconds, Instant at) {}
}
