package io.tiergate.gate.control;

/** What is known of an answer's correctness. */
public sealed interface Label {
    /** A person, or the application, has said what the sample is. */
    record ByPerson(boolean wrong) implements Label {}

    /** The ensemble has. It makes some of the edge's mistakes itself. */
    record ByEnsemble(boolean disagrees) implements Label {}

    /**
     * The ensemble could not tell, and a person has not yet.
     *
     * @param wrongProbability the ensemble's probability that the edge is wrong, 0 to 1
     */
    record Open(double wrongProbability) implements Label {
        public Open {
            if (!(wrongProbability >= 0 && wrongProbability <= 1)) {
                throw new IllegalArgumentException(
                        "wrong probability: " + wrongProbability + " (expected: 0.0 to 1.0)");
            }
        }
    }
}
