package io.tiergate.cli;

import io.quarkus.bootstrap.runner.QuarkusEntryPoint;
import java.util.Map;

/** The service whose application is on the class path. It runs in this JVM, so that the pid is the service's own. */
final class QuarkusService {
    /** Sets a configuration key of the service. */
    QuarkusService set(String key, Object value) {
        System.setProperty(key, value.toString());
        return this;
    }

    QuarkusService setAll(Map<String, String> settings) {
        settings.forEach(this::set);
        return this;
    }

    /** Runs the service until it ends. */
    int run() throws Exception {
        try {
            QuarkusEntryPoint.main();
            return 0;
        } catch (Exception e) {
            throw e;
        } catch (Throwable e) {
            throw new CommandFailure("the service ended: " + e, e);
        }
    }
}
