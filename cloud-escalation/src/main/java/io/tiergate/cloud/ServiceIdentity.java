package io.tiergate.cloud;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Who this service is to Kafka: its tenant and its place among the replicas. */
@ApplicationScoped
public class ServiceIdentity {
    private final ServiceConfig config;

    @Inject
    ServiceIdentity(ServiceConfig config) {
        this.config = config;
    }

    public String tenant() {
        return config.tenant();
    }

    /** The same at every start of this replica. */
    public String instance() {
        return config.instance().orElseGet(ServiceIdentity::hostName);
    }

    /** The full name of one of the tenant's topics, for instance of {@code verdicts}. */
    public String topic(String name) {
        return topic(tenant(), name);
    }

    /** The full name of one of a tenant's topics. */
    public static String topic(String tenant, String name) {
        return "tiergate." + tenant + "." + name;
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            throw new IllegalStateException(
                    "tiergate.instance is not set and this host has no name. Set it to something that stays the same when this replica restarts.",
                    e);
        }
    }
}
