package io.tiergate.cloud.console;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Stands before every route, also before those that do not exist: tells browsers how little our pages need, and refuses what must
 * not reach a page. Health and metrics, below the management root, have nothing of it but the headers.
 */
@ApplicationScoped
class BrowserRules {
    /** Nothing from another host, nothing inline, in nobody's frame. */
    static final String CONTENT_SECURITY_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
                    + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private static final Logger LOG = Logger.getLogger(BrowserRules.class);

    /** Before the routes, their sign-in included. */
    private static final int FIRST = 10_000;

    private final ConsoleConfig config;
    private final String managementRoot;

    @Inject
    BrowserRules(
            ConsoleConfig config,
            @ConfigProperty(name = "quarkus.http.non-application-root-path", defaultValue = "q")
                    String managementRoot) {
        this.config = config;
        this.managementRoot = "/" + managementRoot.replaceAll("^/|/$", "") + "/";
    }

    void register(@Observes Filters filters) {
        switch (config.signIn()) {
            case OFF -> LOG.info("No console is served: set tiergate.console.sign-in to local or oidc to have one");
            case LOCAL ->
                LOG.warn(
                        "The console lets in whoever asks from this machine, with every role, because tiergate.console.sign-in is local");
            case OIDC ->
                LOG.info("The console asks the identity provider in quarkus.oidc.auth-server-url who people are");
        }
        filters.register(this::check, FIRST);
    }

    private void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        addHeaders(context.response().headers());
        if (request.path() == null || request.path().startsWith(managementRoot)) {
            context.next();
            return;
        }
        switch (config.signIn()) {
            case OFF ->
                refuse(
                        context,
                        404,
                        "There is no console here. Set tiergate.console.sign-in to local or oidc to have one.");
            case LOCAL -> {
                if (Loopback.isNamedBy(request)) {
                    checkOrigin(context);
                } else {
                    refuse(
                            context,
                            403,
                            "The console signs in locally, so it must be asked for as localhost or 127.0.0.1.");
                }
            }
            case OIDC -> checkOrigin(context);
        }
    }

    private static void checkOrigin(RoutingContext context) {
        HttpServerRequest request = context.request();
        boolean allowed = CrossSite.allows(
                request.method().name(),
                request.getHeader("Sec-Fetch-Site"),
                request.getHeader("Origin"),
                request.authority() == null ? null : request.authority().toString());
        if (allowed) {
            context.next();
        } else {
            refuse(context, 403, "Refused: the request was made by a page of another site.");
        }
    }

    private static void addHeaders(MultiMap headers) {
        headers.set("Content-Security-Policy", CONTENT_SECURITY_POLICY)
                .set("X-Content-Type-Options", "nosniff")
                .set("X-Frame-Options", "DENY")
                .set("Referrer-Policy", "no-referrer")
                .set("Cross-Origin-Opener-Policy", "same-origin")
                .set("Cross-Origin-Resource-Policy", "same-origin")
                .set("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
    }

    private static void refuse(RoutingContext context, int status, String sentence) {
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "text/plain; charset=utf-8")
                .end(sentence + "\n");
    }
}
