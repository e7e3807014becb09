package io.tiergate.serving.grpc;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.smallrye.mutiny.CompositeException;
import io.tiergate.image.InvalidImageException;
import io.tiergate.runtime.InferenceException;
import io.tiergate.runtime.InvalidTensorException;
import io.tiergate.serving.inference.InvalidRequestException;
import io.tiergate.serving.inference.ModelNotFoundException;
import io.tiergate.serving.inference.ModelNotReadyException;
import io.tiergate.serving.inference.UnavailableException;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;

/** Every failure's gRPC status: the one place where that is decided. */
public final class Failures {
    private static final Logger LOG = Logger.getLogger(Failures.class);

    /** Clients that follow gRPC's retry design wait this long; see gRFC A6. */
    private static final Metadata.Key<String> RETRY_PUSHBACK =
            Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

    private static final String RETRY_AFTER_MS = "50";

    /** Headers have about 8 KiB in all, and a character may take nine bytes of them. */
    private static final int LONGEST_DESCRIPTION = 700;

    private Failures() {}

    /** The status for a failure, its words cut to a length that fits into trailers whatever the client sent. */
    public static StatusRuntimeException toStatus(Throwable failure) {
        StatusRuntimeException status = uncut(failure);
        String words = status.getStatus().getDescription();
        return words == null || words.length() <= LONGEST_DESCRIPTION
                ? status
                : status.getStatus()
                        .withDescription(words.substring(0, LONGEST_DESCRIPTION) + "…")
                        .asRuntimeException(status.getTrailers());
    }

    private static StatusRuntimeException uncut(Throwable failure) {
        return switch (failure) {
            case StatusRuntimeException status -> status;
            case StatusException status -> status.getStatus().asRuntimeException(status.getTrailers());
            case CompletionException wrapped when wrapped.getCause() != null -> uncut(wrapped.getCause());
            case CompositeException several -> uncut(several.getCauses().get(0));
            case ModelNotFoundException e ->
                Status.NOT_FOUND.withDescription(e.getMessage()).asRuntimeException();
            case ModelNotReadyException e ->
                Status.UNAVAILABLE.withDescription(e.getMessage()).asRuntimeException();
            case UnavailableException e ->
                Status.UNAVAILABLE.withDescription(e.getMessage()).asRuntimeException(retryHint());
            case InvalidTensorException e ->
                Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException();
            case InvalidImageException e ->
                Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException();
            case InvalidRequestException e ->
                Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException();
            case InferenceException e -> failedModel(e);
            default -> internal(failure);
        };
    }

    /** Often caused by values that the model cannot take, such as an index out of range: one line, no stack trace. */
    private static StatusRuntimeException failedModel(InferenceException failure) {
        String errorId = UUID.randomUUID().toString();
        LOG.warnf("Model failed: error-id=%s reason=%s", errorId, failure.getMessage());
        return Status.INTERNAL
                .withDescription(
                        "The model failed on these inputs, error %s. The server's log has the details under this id."
                                .formatted(errorId))
                .asRuntimeException();
    }

    private static StatusRuntimeException internal(Throwable failure) {
        String errorId = UUID.randomUUID().toString();
        LOG.errorf(failure, "Request failed: error-id=%s", errorId);
        return Status.INTERNAL
                .withDescription(
                        "Internal error %s. The server's log has the details under this id.".formatted(errorId))
                .asRuntimeException();
    }

    private static Metadata retryHint() {
        Metadata trailers = new Metadata();
        trailers.put(RETRY_PUSHBACK, RETRY_AFTER_MS);
        return trailers;
    }
}
