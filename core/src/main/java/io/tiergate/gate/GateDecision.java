package io.tiergate.gate;

/** What the gate says of one sample, before anybody asks whether the sample may leave. */
public sealed interface GateDecision {
    /** One word for the answer's {@code tiergate.reason}. */
    String reason();

    /** The score that had to be reached. */
    double threshold();

    /** The same of another threshold. */
    GateDecision at(double other);

    /**
     * The edge's answer stands.
     *
     * @param auditProbability if above 0, the sample was drawn for an audit, with this probability
     */
    record Accept(String reason, double threshold, double auditProbability) implements GateDecision {
        public boolean isAudited() {
            return auditProbability > 0;
        }

        @Override
        public Accept at(double other) {
            return new Accept(reason, other, auditProbability);
        }
    }

    /** The edge's answer cannot be trusted. */
    record Doubt(String reason, double threshold) implements GateDecision {
        @Override
        public Doubt at(double other) {
            return new Doubt(reason, other);
        }
    }
}
