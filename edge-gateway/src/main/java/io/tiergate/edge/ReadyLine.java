package io.tiergate.edge;

import io.quarkus.vertx.http.HttpServerStart;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.ObservesAsync;
import org.eclipse.microprofile.config.ConfigProvider;

/** Tells whoever started this process, on standard output, that it serves and where. */
@ApplicationScoped
class ReadyLine {
    private final EdgeLifecycle edge;

    ReadyLine(EdgeLifecycle edge) {
        this.edge = edge;
    }

    void print(@ObservesAsync HttpServerStart http) {
        if (edge.isServing()) {
            int port = http.options().getPort();
            // A port that was left free to choose is known to the configuration alone.
            int httpPort = port > 0 ? port : ConfigProvider.getConfig().getValue("quarkus.http.port", Integer.class);
            System.out.printf("tiergate edge ready grpc=%d http=%d%n", edge.grpcPort(), httpPort);
        }
    }
}
