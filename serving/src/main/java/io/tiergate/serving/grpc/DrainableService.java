package io.tiergate.serving.grpc;

import io.grpc.BindableService;

/** A service that is told before the server stops. */
public interface DrainableService extends BindableService {
    /** Ends what has no end of its own, such as subscriptions, and reports itself as not ready. Calls under way finish as they are. */
    void drain();
}
