package io.tiergate.cloud.review.api;

import io.tiergate.cloud.review.queue.ReviewProblem;
import java.util.UUID;

/** What callers can get wrong everywhere. */
final class BadRequests {
    private BadRequests() {}

    static ReviewProblem badRequest(String message) {
        return ReviewProblem.badRequest(message);
    }

    /**
     * @throws ReviewProblem if it is no escalation's id
     */
    static UUID id(String name, String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw badRequest(name + ": '" + text + "' (expected: an escalation's id, a UUID)");
        }
    }
}
