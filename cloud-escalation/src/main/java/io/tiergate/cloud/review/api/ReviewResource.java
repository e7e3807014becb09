package io.tiergate.cloud.review.api;

import io.smallrye.mutiny.Uni;
import io.tiergate.cloud.console.Role;
import io.tiergate.cloud.review.queue.CurrentReviewer;
import io.tiergate.cloud.review.queue.LabelResult;
import io.tiergate.cloud.review.queue.ReviewQueue;
import io.tiergate.cloud.review.queue.ReviewStats;
import io.tiergate.cloud.review.queue.Statistics;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.UUID;

/** What a reviewer does; {@code docs/review.md} has the words for callers. */
@Path("/api/review")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class ReviewResource {
    private static final int MOST_EXCEPTIONS = 20;

    /**
     * @param seconds how long the reviewer looked; null: as long as the lease has run
     */
    public record LabelRequest(UUID token, String label, Double seconds) {}

    /** What goes on with a lease. */
    public record ExtendRequest(UUID token) {}

    private final ReviewQueue queue;
    private final Statistics statistics;
    private final CurrentReviewer reviewer;

    @Inject
    ReviewResource(ReviewQueue queue, Statistics statistics, CurrentReviewer reviewer) {
        this.queue = queue;
        this.statistics = statistics;
        this.reviewer = reviewer;
    }

    @GET
    @RolesAllowed(Role.REVIEWER)
    @Path("next")
    public Uni<Map<String, List<SampleView>>> next(
            @QueryParam("n") @DefaultValue("1") String wanted, @QueryParam("except") List<String> except) {
        int count = wanted.matches("[1-9]") ? Integer.parseInt(wanted) : 0;
        if (count < 1 || count > ReviewQueue.MOST_AT_ONCE) {
            throw BadRequests.badRequest("n: '" + wanted + "' (expected: 1 to " + ReviewQueue.MOST_AT_ONCE + ")");
        }
        if (except.size() > MOST_EXCEPTIONS) {
            throw BadRequests.badRequest(
                    "except: " + except.size() + " ids (expected: at most " + MOST_EXCEPTIONS + ")");
        }
        return queue.next(
                        reviewer.get(),
                        count,
                        except.stream().map(id -> BadRequests.id("except", id)).toList())
                .map(samples ->
                        Map.of("samples", samples.stream().map(SampleView::of).toList()));
    }

    @POST
    @RolesAllowed(Role.REVIEWER)
    @Path("{id}/label")
    public Uni<LabelResult> label(@PathParam("id") String id, LabelRequest request) {
        if (request == null || request.token() == null || request.label() == null) {
            throw BadRequests.badRequest("body (expected: token and label, both texts)");
        }
        OptionalDouble seconds = request.seconds() == null || request.seconds().isNaN()
                ? OptionalDouble.empty()
                : OptionalDouble.of(request.seconds());
        return queue.label(reviewer.get(), BadRequests.id("id", id), request.token(), request.label(), seconds);
    }

    @POST
    @RolesAllowed(Role.REVIEWER)
    @Path("{id}/skip")
    @Consumes(MediaType.WILDCARD)
    public Uni<Void> skip(@PathParam("id") String id) {
        return queue.skip(reviewer.get(), BadRequests.id("id", id));
    }

    /** An empty list where others hold the sample, or have labelled it, meanwhile. */
    @POST
    @RolesAllowed(Role.REVIEWER)
    @Path("{id}/undo")
    @Consumes(MediaType.WILDCARD)
    public Uni<Map<String, List<SampleView>>> undo(@PathParam("id") String id) {
        return queue.undo(reviewer.get(), BadRequests.id("id", id))
                .map(sample ->
                        Map.of("samples", sample.stream().map(SampleView::of).toList()));
    }

    @POST
    @RolesAllowed(Role.REVIEWER)
    @Path("{id}/extend")
    public Uni<Map<String, Instant>> extend(@PathParam("id") String id, ExtendRequest request) {
        if (request == null || request.token() == null) {
            throw BadRequests.badRequest("body (expected: token, a text)");
        }
        return queue.extend(reviewer.get(), BadRequests.id("id", id), request.token())
                .map(until -> Map.of("leasedUntil", until));
    }

    @GET
    @RolesAllowed(Role.VIEWER)
    @Path("stats")
    public Uni<ReviewStats> stats() {
        return statistics.of(reviewer.get());
    }
}
