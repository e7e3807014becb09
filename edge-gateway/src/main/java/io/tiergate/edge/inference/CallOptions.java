package io.tiergate.edge.inference;

import io.tiergate.gate.GateRequest;
import io.tiergate.serving.inference.InvalidRequestException;
import io.tiergate.serving.inference.QueuePolicy;
import java.time.Duration;

/**
 * What a caller asks beyond the inference itself.
 *
 * @param patience how long to wait for verdicts of escalated samples; zero: not at all
 * @param subject opaque id for erasure; empty for none
 * @param queue how the call wants to be queued
 */
public record CallOptions(GateRequest gate, Duration patience, String subject, QueuePolicy queue) {
    private static final int LONGEST_SUBJECT = 256;

    /** Leaves everything to the gate. */
    public static final CallOptions DEFAULT =
            new CallOptions(GateRequest.DEFAULT, Duration.ZERO, "", QueuePolicy.DEFAULT);

    public CallOptions {
        if (patience.isNegative()) {
            throw new InvalidRequestException("wait: " + patience + " (expected: zero or more)");
        }
    }

    /** Checks that an id for erasure is one: it is stored with every sample. */
    public static String checkedSubject(String subject) {
        if (subject.length() > LONGEST_SUBJECT) {
            throw new InvalidRequestException(
                    "subject: %d characters (expected: at most %d)".formatted(subject.length(), LONGEST_SUBJECT));
        }
        return subject;
    }
}
