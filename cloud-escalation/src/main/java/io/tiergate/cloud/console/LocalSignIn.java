package io.tiergate.cloud.console;

import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Set;

/**
 * Takes whoever asks from this machine for its one user, {@code local}. It looks at every connection: a setting that binds the
 * server to more than loopback lets nobody in, also in the moment before the service notices and ends.
 */
@ApplicationScoped
class LocalSignIn implements HttpAuthenticationMechanism {
    static final String USER = "local";

    private final ConsoleConfig config;

    @Inject
    LocalSignIn(ConsoleConfig config) {
        this.config = config;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext context, IdentityProviderManager providers) {
        if (config.signIn() != ConsoleConfig.SignIn.LOCAL || !Loopback.isBothEnds(context.request())) {
            return Uni.createFrom().nullItem();
        }
        return Uni.createFrom()
                .item(QuarkusSecurityIdentity.builder()
                        .setPrincipal(new QuarkusPrincipal(USER))
                        .addRole(Role.OPERATOR)
                        .addRoles(Role.implied(Role.OPERATOR))
                        .build());
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext context) {
        return Uni.createFrom().nullItem();
    }

    @Override
    public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
        return Set.of();
    }
}
