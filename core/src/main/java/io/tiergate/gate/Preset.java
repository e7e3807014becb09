package io.tiergate.gate;

/** Settings that go together, under a name. */
public enum Preset {
    /** Nobody waits for a verdict; what is unsure is escalated in the background. */
    ANSWER_FAST("answer-fast"),
    /** Whoever gets an unsure answer waits for its verdict, up to the gateway's limit, unless the call says how long. */
    ASK_WHEN_UNSURE("ask-when-unsure"),
    /** Nothing leaves: unsure answers are marked as such. */
    LOCAL_ONLY("local-only"),
    /** Every answer that can be read is accepted; some are audited, to learn how good they are. */
    SHADOW("shadow");

    private final String word;

    Preset(String word) {
        this.word = word;
    }

    /** The preset's name in a manifest. */
    public String word() {
        return word;
    }
}
