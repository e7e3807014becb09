package io.tiergate.cloud.intake;

import java.util.Locale;

/**
 * Why a record cannot be processed.
 *
 * @param sentence for people
 */
record Refusal(Code code, String sentence) {
    /** Hostile names can be long, and the sentence travels in a header. */
    private static final int LONGEST_SENTENCE = 500;

    Refusal {
        if (sentence.length() > LONGEST_SENTENCE) {
            sentence = sentence.substring(0, LONGEST_SENTENCE) + "…";
        }
    }

    /** The kinds of refusals, for counting. */
    enum Code {
        UNREADABLE,
        ADDRESS,
        REPLY_PARTITION,
        ENSEMBLE,
        PAYLOAD,
        /** The payload was left in an object store, and is not to be had there. */
        CLAIM_CHECK,
        TOO_LARGE,
        TENSOR,
        LABEL,
        ENSEMBLE_FAILED,
        /** The database takes it neither now nor later. */
        NOT_STORABLE,
        /** Refused before a restart; the sentence was stored. */
        REFUSED_BEFORE,
        /** A bug of ours. */
        INTERNAL;

        /** The value of the tag {@code reason}. */
        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
