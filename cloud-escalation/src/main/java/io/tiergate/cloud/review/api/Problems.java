package io.tiergate.cloud.review.api;

import io.smallrye.mutiny.TimeoutException;
import io.tiergate.cloud.review.queue.ReviewProblem;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.ConnectException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Tells callers what went wrong, as RFC 9457 has it. */
class Problems {
    private static final Logger LOG = Logger.getLogger(Problems.class);
    private static final MediaType TYPE = new MediaType("application", "problem+json");

    @ServerExceptionMapper
    Response refused(ReviewProblem problem) {
        return response(problem.status(), problem.title(), problem.getMessage(), problem.details());
    }

    @ServerExceptionMapper({
        PgException.class,
        ClosedConnectionException.class,
        ConnectException.class,
        TimeoutException.class
    })
    Response unavailable(Exception failure) {
        LOG.warnf("A request failed, the database cannot be reached or refuses: cause=%s", failure);
        return response(
                503,
                "The database cannot be reached",
                "Nothing was changed that you were not told of. Try again.",
                Map.of());
    }

    private static Response response(int status, String title, String detail, Map<String, Object> more) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("title", title);
        body.put("status", status);
        body.put("detail", detail);
        body.putAll(more);
        return Response.status(status).type(TYPE).entity(body).build();
    }
}
