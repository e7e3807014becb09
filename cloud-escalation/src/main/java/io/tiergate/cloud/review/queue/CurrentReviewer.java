package io.tiergate.cloud.review.queue;

import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.core.net.SocketAddress;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Who makes the request under way: whoever signed in, else the one local user, who may do everything and must sit at this machine. To be
 * asked on the request's own thread.
 */
@ApplicationScoped
public class CurrentReviewer {
    private static final Reviewer LOCAL = new Reviewer("local", true);
    private static final String OPERATOR = "operator";

    private final Instance<SecurityIdentity> identity;
    private final CurrentVertxRequest request;

    @Inject
    CurrentReviewer(Instance<SecurityIdentity> identity, CurrentVertxRequest request) {
        this.identity = identity;
        this.request = request;
    }

    /**
     * @throws ReviewProblem if nobody signed in and the request comes from elsewhere
     */
    public Reviewer get() {
        if (identity.isResolvable() && !identity.get().isAnonymous()) {
            SecurityIdentity signedIn = identity.get();
            return new Reviewer(signedIn.getPrincipal().getName(), signedIn.hasRole(OPERATOR));
        }
        if (!isLoopback(request.getCurrent().request().remoteAddress())) {
            throw ReviewProblem.forbidden(
                    "Without sign-in only this machine's own user may review. Call from there, or set sign-in up.");
        }
        return LOCAL;
    }

    private static boolean isLoopback(SocketAddress caller) {
        try {
            // An address, not a name: nothing is looked up.
            return caller.hostAddress() != null
                    && InetAddress.getByName(caller.hostAddress()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
