package io.tiergate.cloud.console;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.tiergate.cloud.display.PlotSvg;
import io.tiergate.cloud.display.SampleView;
import io.tiergate.cloud.review.queue.CurrentReviewer;
import io.tiergate.cloud.review.queue.ReviewQueue;
import io.tiergate.cloud.review.queue.ReviewStats;
import io.tiergate.cloud.review.queue.Reviewer;
import io.tiergate.cloud.review.queue.Statistics;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Where people label samples. It is the first page. What they do goes to the API of the review. */
@Singleton
@Path("/")
class ReviewPage {
    private static final int SHOWN_AND_NEXT = 2;
    private static final int MOST_EXCEPTIONS = 5;

    private final SecurityIdentity identity;
    private final CurrentReviewer reviewer;
    private final ReviewQueue queue;
    private final Statistics statistics;
    private final Drawing drawing;

    @Inject
    ReviewPage(
            SecurityIdentity identity,
            CurrentReviewer reviewer,
            ReviewQueue queue,
            Statistics statistics,
            Drawing drawing) {
        this.identity = identity;
        this.reviewer = reviewer;
        this.queue = queue;
        this.statistics = statistics;
        this.drawing = drawing;
    }

    @GET
    @RolesAllowed(Role.VIEWER)
    @Operation(hidden = true)
    public Response first() {
        return Response.seeOther(URI.create("/review")).build();
    }

    /** Who may look but not label sees how far the work is. */
    @GET
    @Path("review")
    @Produces(MediaType.TEXT_HTML)
    @RolesAllowed(Role.VIEWER)
    @Operation(hidden = true)
    public Uni<String> page() {
        Reviewer person = reviewer.get();
        boolean labels = identity.hasRole(Role.REVIEWER);
        Uni<List<Card>> cards = labels
                ? cards(person, SHOWN_AND_NEXT, List.of())
                : Uni.createFrom().item(List.of());
        return cards.chain(given -> statistics.of(person).chain(stats -> Templates.review(
                        person.name(), labels, given, stats, median(stats))
                .createUni()));
    }

    /** The sample after those that the page has, as HTML; nothing where no other waits. */
    @GET
    @Path("review/cards")
    @Produces(MediaType.TEXT_HTML)
    @RolesAllowed(Role.REVIEWER)
    @Operation(hidden = true)
    public Uni<String> next(@QueryParam("except") List<UUID> except) {
        return cards(reviewer.get(), 1, except.stream().limit(MOST_EXCEPTIONS).toList())
                .chain(cards -> cards.isEmpty()
                        ? Uni.createFrom().item("")
                        : Templates.card(cards.getFirst()).createUni());
    }

    @GET
    @Path("review/progress")
    @Produces(MediaType.TEXT_HTML)
    @RolesAllowed(Role.VIEWER)
    @Operation(hidden = true)
    public Uni<String> progress() {
        return statistics.of(reviewer.get()).chain(stats -> Templates.progress(stats, median(stats))
                .createUni());
    }

    /** The sample itself, as HTML. */
    @GET
    @Path("review/{id}/drawing")
    @Produces(MediaType.TEXT_HTML)
    @RolesAllowed(Role.VIEWER)
    @Operation(hidden = true)
    public Uni<String> drawing(@PathParam("id") UUID id) {
        return drawing.of(id)
                .map(view -> switch (view) {
                    case SampleView.Picture picture -> Templates.picture(id, picture);
                    case SampleView.Plot plot -> Templates.plot(PlotSvg.of(plot), plot);
                    case SampleView.Table table -> Templates.table(table);
                    case SampleView.Numbers numbers -> Templates.values(numbers);
                })
                .chain(TemplateInstance::createUni);
    }

    @GET
    @Path("review/{id}/picture.png")
    @Produces("image/png")
    @RolesAllowed(Role.VIEWER)
    @Operation(hidden = true)
    public Uni<byte[]> picture(@PathParam("id") UUID id) {
        return drawing.of(id).map(view -> {
            if (view instanceof SampleView.Picture picture) {
                return picture.png().toByteArray();
            }
            throw new NotFoundException();
        });
    }

    private static String median(ReviewStats stats) {
        return stats.medianSeconds().isPresent()
                ? String.format(Locale.ROOT, "%.1f", stats.medianSeconds().getAsDouble())
                : "–";
    }

    private Uni<List<Card>> cards(Reviewer person, int wanted, List<UUID> except) {
        return queue.next(person, wanted, except)
                .map(samples -> samples.stream().map(Card::of).toList());
    }

    @CheckedTemplate(basePath = "console")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance review(
                String user, boolean labels, List<Card> cards, ReviewStats stats, String median);

        static native TemplateInstance card(Card card);

        static native TemplateInstance progress(ReviewStats stats, String median);

        static native TemplateInstance picture(UUID id, SampleView.Picture view);

        static native TemplateInstance plot(String svg, SampleView.Plot view);

        static native TemplateInstance table(SampleView.Table view);

        static native TemplateInstance values(SampleView.Numbers view);
    }
}
