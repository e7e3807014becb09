package io.tiergate.cli.demo;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.tiergate.proto.inference.ModelInferRequest;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Sends the images in order. At a held rate requests start when they are due, however many are still out; otherwise the
 * next starts when one of a bounded number has ended.
 */
final class Replay {
    private static final int IN_FLIGHT = 16;
    // At a held rate only a gateway that is gone lets so many pile up.
    private static final int IN_FLIGHT_AT_A_RATE = 20_000;

    private final EdgeClient client;
    private final ImageEncoder encoder;
    private final LabeledImages images;
    private final List<String> labels;
    private final Outcomes outcomes;
    private final LiveCount count;
    private final ConcurrentLinkedQueue<Reply> replies = new ConcurrentLinkedQueue<>();

    Replay(
            EdgeClient client,
            ImageEncoder encoder,
            LabeledImages images,
            List<String> labels,
            Outcomes outcomes,
            LiveCount count) {
        this.client = client;
        this.encoder = encoder;
        this.images = images;
        this.labels = labels;
        this.outcomes = outcomes;
        this.count = count;
    }

    /** Returns when every request has ended. */
    List<Reply> run(int requests, OptionalDouble rate) throws InterruptedException {
        Semaphore places = new Semaphore(rate.isPresent() ? IN_FLIGHT_AT_A_RATE : IN_FLIGHT);
        long startNanos = System.nanoTime();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < requests; i++) {
                int index = i;
                ModelInferRequest request = encoder.encode(images.image(index));
                long dueNanos;
                if (rate.isPresent()) {
                    dueNanos = startNanos + (long) (index / rate.getAsDouble() * TimeUnit.SECONDS.toNanos(1));
                    TimeUnit.NANOSECONDS.sleep(dueNanos - System.nanoTime());
                    places.acquire();
                } else {
                    places.acquire();
                    dueNanos = System.nanoTime();
                }
                executor.execute(() -> {
                    try {
                        Reply reply = send(index, dueNanos, request);
                        replies.add(reply);
                        count.add(reply);
                    } finally {
                        places.release();
                    }
                });
            }
        }
        return List.copyOf(replies);
    }

    private Reply send(int index, long dueNanos, ModelInferRequest request) {
        try {
            Answer answer = Answer.of(client.infer(request), labels);
            long latencyNanos = System.nanoTime() - dueNanos;
            answer.promise().ifPresent(outcomes::promised);
            return new Reply.Answered(index, latencyNanos, answer);
        } catch (StatusRuntimeException e) {
            return failed(index, dueNanos, e.getStatus());
        } catch (IllegalArgumentException e) {
            return failed(index, dueNanos, Status.UNKNOWN.withDescription("unexpected response: " + e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failed(index, dueNanos, Status.CANCELLED);
        }
    }

    private static Reply failed(int index, long dueNanos, Status status) {
        return new Reply.Failed(index, System.nanoTime() - dueNanos, status);
    }
}
