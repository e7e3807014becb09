package io.tiergate.cloud.console;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Where people label samples. It is the first page. */
@Singleton
@Path("/")
class ReviewPage {
    private final SecurityIdentity identity;

    @Inject
    ReviewPage(SecurityIdentity identity) {
        this.identity = identity;
    }

    @GET
    @RolesAllowed(Role.VIEWER)
    @Operation(hidden = true)
    public Response first() {
        return Response.seeOther(URI.create("/review")).build();
    }

    @GET
    @Path("review")
    @Produces(MediaType.TEXT_HTML)
    @RolesAllowed(Role.VIEWER)
    @Operation(hidden = true)
    public TemplateInstance page() {
        return Templates.review(identity.getPrincipal().getName());
    }

    @CheckedTemplate(basePath = "console")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance review(String user);
    }
}
