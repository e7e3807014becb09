package io.tiergate.cloud.console;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The pages for people, and the API behind them. */
@ConfigMapping(prefix = "tiergate.console")
public interface ConsoleConfig {
    /**
     * Who may enter: {@code off}, nobody, there is no console; {@code local}, whoever sits at this machine, with every role, where
     * {@code quarkus.http.host} is bound to loopback; {@code oidc}, whom the identity provider in {@code quarkus.oidc.*} knows, with
     * the roles {@code viewer}, {@code reviewer} and {@code operator} it gives them.
     */
    @WithDefault("off")
    SignIn signIn();

    /** Ways to sign in. */
    enum SignIn {
        OFF,
        LOCAL,
        OIDC
    }
}
