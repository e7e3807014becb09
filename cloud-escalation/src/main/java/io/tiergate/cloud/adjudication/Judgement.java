package io.tiergate.cloud.adjudication;

import io.tiergate.ensemble.Opinion;

/** What came of asking an ensemble about one sample. */
public sealed interface Judgement {
    /** The ensemble answered, with or without a quorum. */
    record Given(Opinion opinion) implements Judgement {}

    /**
     * The run failed on this very sample, its mates put aside.
     *
     * @param reason one sentence
     */
    record Failed(String reason) implements Judgement {}
}
