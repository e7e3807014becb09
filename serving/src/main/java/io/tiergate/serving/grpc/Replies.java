package io.tiergate.serving.grpc;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** Ties the reply of a unary call to the call's life. */
public final class Replies {
    private Replies() {}

    /**
     * Sends a reply when it is there; drops the work for it when the client cancels or its deadline passes. To be called while the
     * call's handler has not returned.
     *
     * @param onCancelled told if the client does not take the reply any more
     */
    public static <T> void send(
            Uni<T> reply,
            StreamObserver<T> observer,
            Function<Throwable, StatusRuntimeException> toStatus,
            Runnable onCancelled) {
        // A call may still be cancelled when its answer waits for the network; it was answered all the same.
        AtomicBoolean ended = new AtomicBoolean();
        Cancellable work = reply.subscribe()
                .with(
                        item -> {
                            ended.set(true);
                            observer.onNext(item);
                            observer.onCompleted();
                        },
                        failure -> {
                            ended.set(true);
                            observer.onError(toStatus.apply(failure));
                        });
        ((ServerCallStreamObserver<T>) observer).setOnCancelHandler(() -> {
            work.cancel();
            if (!ended.getAndSet(true)) {
                onCancelled.run();
            }
        });
    }
}
