package io.tiergate.edge.api;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.smallrye.mutiny.CompositeException;
import io.tiergate.edge.escalation.LedgerUnavailableException;
import io.tiergate.edge.inference.ModelNotFoundException;
import io.tiergate.edge.inference.ModelNotReadyException;
import io.tiergate.edge.inference.QueueFullException;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;

/** Every failure's gRPC status: the one place where that is decided. */
final class Failures {
    private static final Logger LOG = Logger.getLogger(Failures.class);

    /** Clients that follow gRPC's retry design wait this long; see gRFC A6. */
    private static final Metadata.Key<String> RETRY_PUSHBACK =
            Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

    private static final String RETRY_AFTER_MS = "50";

    private Failures() {}

    static StatusRuntimeException toStatus(Throwable failure) {
        return switch (failure) {
            case StatusRuntimeException status -> status;
            case StatusException status -> status.getStatus().asRuntimeException(status.getTrailers());
            case CompletionException wrapped when wrapped.getCause() != null -> toStatus(wrapped.getCause());
            case CompositeException several -> toStatus(several.getCauses().get(0));
            case ModelNotFoundException e ->
                Status.NOT_FOUND.withDescription(e.getMessage()).asRuntimeException();
            case ModelNotReadyException e ->
                Status.UNAVAILABLE.withDescription(e.getMessage()).asRuntimeException();
            case QueueFullException e ->
                Status.UNAVAILABLE.withDescription(e.getMessage()).asRuntimeException(retryHint());
            case LedgerUnavailableException e ->
                Status.UNAVAILABLE
                        .withDescription("The ledger cannot answer now (%s). Try again shortly.".formatted(e.reason()))
                        .asRuntimeException(retryHint());
            case IllegalArgumentException e ->
                Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException();
            default -> internal(failure);
        };
    }

    private static StatusRuntimeException internal(Throwable failure) {
        String errorId = UUID.randomUUID().toString();
        LOG.errorf(failure, "Request failed: error-id=%s", errorId);
        return Status.INTERNAL
                .withDescription(
                        "Internal error %s. The gateway's log has the details under this id.".formatted(errorId))
                .asRuntimeException();
    }

    private static Metadata retryHint() {
        Metadata trailers = new Metadata();
        trailers.put(RETRY_PUSHBACK, RETRY_AFTER_MS);
        return trailers;
    }
}
