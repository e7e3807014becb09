package io.tiergate.cloud.review.api;

import io.smallrye.mutiny.Uni;
import io.tiergate.cloud.console.Role;
import io.tiergate.cloud.review.queue.CurrentReviewer;
import io.tiergate.cloud.review.queue.Erasure;
import io.tiergate.cloud.review.queue.Erasure.Selection;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Forgets samples on an operator's word. */
@Path("/api/erasures")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class ErasureResource {
    /**
     * One of these, and no other.
     *
     * @param sample an escalation's id
     * @param before ISO 8601, as {@code 2026-11-22T00:00:00Z}
     */
    public record ErasureRequest(String sample, String device, String subject, String before) {}

    private final Erasure erasure;
    private final CurrentReviewer reviewer;

    @Inject
    ErasureResource(Erasure erasure, CurrentReviewer reviewer) {
        this.erasure = erasure;
        this.reviewer = reviewer;
    }

    @POST
    @RolesAllowed(Role.OPERATOR)
    public Uni<Map<String, Integer>> erase(ErasureRequest request) {
        return erasure.erase(reviewer.get(), selection(request)).map(count -> Map.of("erased", count));
    }

    private static Selection selection(ErasureRequest request) {
        if (request == null
                || Stream.of(request.sample(), request.device(), request.subject(), request.before())
                                .filter(Objects::nonNull)
                                .count()
                        != 1) {
            throw BadRequests.badRequest("body (expected: just one of sample, device, subject and before)");
        }
        if (request.sample() != null) {
            return new Selection.Sample(BadRequests.id("sample", request.sample()));
        }
        if (request.device() != null) {
            return new Selection.Device(request.device());
        }
        return request.subject() != null ? new Selection.Subject(request.subject()) : before(request.before());
    }

    private static Selection before(String time) {
        try {
            return new Selection.Before(Instant.parse(time));
        } catch (DateTimeException e) {
            throw BadRequests.badRequest("before: '" + time + "' (expected: a time as 2026-11-22T00:00:00Z)");
        }
    }
}
