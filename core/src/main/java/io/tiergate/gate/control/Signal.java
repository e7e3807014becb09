package io.tiergate.gate.control;

/** What raised an alarm. */
public enum Signal {
    /** More answers than usual are below the threshold. */
    ESCALATION_RATE("escalation-rate"),
    /** The scores of the others have fallen too. */
    SCORE_DISTRIBUTION("score-distribution"),
    /** More samples than usual fail a check beside the score. */
    SECONDARY_CHECK("secondary-check"),
    /** Audits find that the cloud, or people, disagree more often than the certificate lets expect. */
    DISAGREEMENT("disagreement"),
    /** Audits prove that accepted answers are wrong more often than promised. */
    RISK("risk");

    private final String word;

    Signal(String word) {
        this.word = word;
    }

    /** The signal's name in metrics and reports. */
    public String word() {
        return word;
    }
}
