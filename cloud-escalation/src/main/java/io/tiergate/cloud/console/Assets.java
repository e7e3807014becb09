package io.tiergate.cloud.console;

import jakarta.annotation.security.PermitAll;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.CacheControl;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.ResponseBuilder;
import java.io.IOException;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Style and scripts. They tell nothing of anybody, so that the page of an error can use them too. */
@Singleton
@PermitAll
@Path("/assets")
class Assets {
    private static final String HTMX = "/META-INF/resources/webjars/htmx.org/2.0.10/dist/htmx.min.js";
    private static final String SCRIPT = "text/javascript; charset=utf-8";

    private final Map<String, Asset> files;

    Assets() throws IOException {
        files = Map.of(
                "console.css", Asset.read("/console/console.css", "text/css; charset=utf-8"),
                "console.js", Asset.read("/console/console.js", SCRIPT),
                "review.js", Asset.read("/console/review.js", SCRIPT),
                "icon.svg", Asset.read("/console/icon.svg", "image/svg+xml"),
                "htmx.js", Asset.read(HTMX, SCRIPT));
    }

    @GET
    @Path("/{name}")
    @Operation(hidden = true)
    public Response file(@PathParam("name") String name, @Context Request request) {
        Asset asset = files.get(name);
        if (asset == null) {
            throw new NotFoundException();
        }
        EntityTag tag = new EntityTag(asset.digest());
        ResponseBuilder unchanged = request.evaluatePreconditions(tag);
        ResponseBuilder response =
                unchanged == null ? Response.ok(asset.content().getBytes(), asset.type()) : unchanged;
        CacheControl control = new CacheControl();
        // Kept, but asked for again: a new release must not meet the last one's script.
        control.setNoCache(true);
        return response.tag(tag).cacheControl(control).build();
    }
}
