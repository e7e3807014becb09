package io.tiergate.cloud.review.queue;

import java.util.LinkedHashMap;
import java.util.Map;

/** Why something that a person asked for was not done. Nothing has changed. The message is for that person. */
public final class ReviewProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String title;
    private final transient Map<String, Object> details = new LinkedHashMap<>();

    private ReviewProblem(int status, String title, String message) {
        super(message, null, false, false);
        this.status = status;
        this.title = title;
    }

    public static ReviewProblem badRequest(String message) {
        return new ReviewProblem(400, "The request cannot be understood", message);
    }

    static ReviewProblem notFound(String id) {
        return new ReviewProblem(404, "No such sample", "No sample " + id + " is or was in the review queue.");
    }

    static ReviewProblem conflict(String title, String message) {
        return new ReviewProblem(409, title, message);
    }

    static ReviewProblem erased(String id) {
        return new ReviewProblem(
                410, "The sample was erased", "Sample " + id + " was erased: nobody can see it any more.");
    }

    static ReviewProblem unusable(String title, String message) {
        return new ReviewProblem(422, title, message);
    }

    /** The same, with something a program can use. */
    ReviewProblem with(String name, Object value) {
        details.put(name, value);
        return this;
    }

    /** An HTTP status, 400 to 499. */
    public int status() {
        return status;
    }

    public String title() {
        return title;
    }

    /** In the order in which they are shown. */
    public Map<String, Object> details() {
        return details;
    }
}
