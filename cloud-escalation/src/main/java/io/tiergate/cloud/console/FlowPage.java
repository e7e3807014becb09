package io.tiergate.cloud.console;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** What flows from the edges to verdicts, in numbers that move. */
@Singleton
@Path("/flow")
class FlowPage {
    private final SecurityIdentity identity;
    private final FlowFeed feed;

    @Inject
    FlowPage(SecurityIdentity identity, FlowFeed feed) {
        this.identity = identity;
        this.feed = feed;
    }

    @GET
    @Produces(MediaType.TEXT_HTML)
    @RolesAllowed(Role.VIEWER)
    @Operation(hidden = true)
    public Uni<String> page() {
        return feed.now().chain(flow -> Templates.flow(identity.getPrincipal().getName(), flow)
                .createUni());
    }

    /** The same numbers as HTML, at once and then whenever they have been counted anew. */
    @GET
    @Path("numbers")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @RolesAllowed(Role.VIEWER)
    @Operation(hidden = true)
    public Multi<OutboundSseEvent> numbers(@Context Sse sse) {
        return feed.live()
                .onItem()
                .transformToUniAndConcatenate(flow -> Templates.numbers(flow).createUni())
                .map(html -> sse.newEventBuilder().name("numbers").data(html).build());
    }

    @CheckedTemplate(basePath = "console")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance flow(String user, Flow flow);

        static native TemplateInstance numbers(Flow flow);
    }
}
