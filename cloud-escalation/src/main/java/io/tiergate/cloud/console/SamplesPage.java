package io.tiergate.cloud.console;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.tiergate.cloud.console.SampleSearch.Place;
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
import jakarta.ws.rs.core.UriBuilder;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Every sample that came, with what became of it. */
@Singleton
@Path("/samples")
class SamplesPage {
    private final SecurityIdentity identity;
    private final SampleSearch search;
    private final SampleHistory history;

    @Inject
    SamplesPage(SecurityIdentity identity, SampleSearch search, SampleHistory history) {
        this.identity = identity;
        this.search = search;
        this.history = history;
    }

    /**
     * @param site of the edge, exactly; empty for all
     * @param label that counts, exactly; empty for all
     * @param time with {@code id}: where the page before ended
     */
    @GET
    @Produces(MediaType.TEXT_HTML)
    @RolesAllowed(Role.VIEWER)
    @Operation(hidden = true)
    public Uni<String> page(
            @QueryParam("site") String site,
            @QueryParam("label") String label,
            @QueryParam("time") String time,
            @QueryParam("id") UUID id) {
        String user = identity.getPrincipal().getName();
        return search.find(given(site), given(label), place(time, id)).chain(found -> Templates.samples(
                        user,
                        given(site).orElse(""),
                        given(label).orElse(""),
                        time != null,
                        found,
                        found.size() == SampleSearch.PAGE ? older(found.getLast(), site, label) : "")
                .createUni());
    }

    private static Optional<String> given(String text) {
        return Optional.ofNullable(text).map(String::strip).filter(word -> !word.isEmpty());
    }

    private static String older(FoundSample last, String site, String label) {
        return UriBuilder.fromPath("/samples")
                .queryParam("site", "{site}")
                .queryParam("label", "{label}")
                .queryParam("time", "{time}")
                .queryParam("id", "{id}")
                .build(given(site).orElse(""), given(label).orElse(""), last.answeredAt(), last.id())
                .toString();
    }

    private static Place place(String time, UUID id) {
        try {
            return time == null || id == null ? Place.FIRST : new Place(Instant.parse(time), id);
        } catch (DateTimeParseException e) {
            throw new NotFoundException();
        }
    }

    @GET
    @Path("{id}")
    @Produces(MediaType.TEXT_HTML)
    @RolesAllowed(Role.VIEWER)
    @Operation(hidden = true)
    public Uni<String> sample(@PathParam("id") UUID id) {
        String user = identity.getPrincipal().getName();
        return search.find(id)
                .map(found -> found.orElseThrow(NotFoundException::new))
                .chain(found -> history.of(id)
                        .chain(entries -> Templates.sample(user, found, entries).createUni()));
    }

    @CheckedTemplate(basePath = "console")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance samples(
                String user, String site, String label, boolean later, List<FoundSample> found, String older);

        static native TemplateInstance sample(String user, FoundSample found, List<SampleHistory.Entry> entries);
    }
}
