package io.tiergate.edge;

import io.quarkus.vertx.http.HttpServerStart;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.ObservesAsync;

/** Tells whoever started this process, on standard output, that it serves and where. */
@ApplicationScoped
class ReadyLine {
    private final EdgeLifecycle edge;

    ReadyLine(EdgeLifecycle edge) {
        this.edge = edge;
    }

    void print(@ObservesAsync HttpServerStart http) {
        if (edge.isServing()) {
            System.out.printf(
                    "tiergate edge ready grpc=%d http=%d%n",
                    edge.grpcPort(), http.options().getPort());
        }
    }
}
