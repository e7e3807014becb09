package io.tiergate.cloud.intake;

/** Carries a refusal out of the checks of a sample. */
final class RefusedSampleException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    RefusedSampleException(Refusal.Code code, String sentence) {
        super(sentence);
        this.refusal = new Refusal(code, sentence);
    }

    Refusal refusal() {
        return refusal;
    }
}
