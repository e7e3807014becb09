package io.tiergate.cloud.review.queue;

import io.quarkus.security.identity.SecurityIdentity;
import io.tiergate.cloud.console.Role;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** Who makes the request under way, as sign-in has it. To be asked on the request's own thread, of a route that names a role. */
@ApplicationScoped
public class CurrentReviewer {
    private final SecurityIdentity identity;

    @Inject
    CurrentReviewer(SecurityIdentity identity) {
        this.identity = identity;
    }

    /** An operator settles ties. */
    public Reviewer get() {
        return new Reviewer(identity.getPrincipal().getName(), identity.hasRole(Role.OPERATOR));
    }
}
