package io.tiergate.edge.api;

import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what a stream brings. Its end completes, or fails, {@link #end}. */
public final class Recorder<T> implements StreamObserver<T> {
    private final List<T> received = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    public List<T> received() {
        return received;
    }

    public CompletableFuture<Void> end() {
        return end;
    }

    @Override
    public void onNext(T message) {
        received.add(message);
    }

    @Override
    public void onError(Throwable failure) {
        end.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
        end.complete(null);
    }
}
