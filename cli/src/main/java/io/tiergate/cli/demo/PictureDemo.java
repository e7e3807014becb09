package io.tiergate.cli.demo;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.tiergate.cli.CommandFailure;
import io.tiergate.proto.v1.Escalation;
import io.tiergate.proto.v1.InferRequest;
import io.tiergate.proto.v1.SampleResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The demonstration on a few pictures: each is shown to the edge and followed to its verdict. */
public final class PictureDemo {
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    private static final Duration VERDICT_WITHIN = Duration.ofMinutes(2);

    private final List<PictureFile> pictures;
    private final DemoModel model;

    private PictureDemo(List<PictureFile> pictures, DemoModel model) {
        this.pictures = pictures;
        this.model = model;
    }

    /**
     * Runs the demonstration. Ctrl-C at any time stops every process it has started.
     *
     * @return the exit code: 0 only if every picture was answered and every escalation has ended well
     * @throws CommandFailure if it could not be run to its end; for a picture that cannot be used before anything is started
     */
    public static int run(PictureOptions options, PrintWriter out) throws IOException, InterruptedException {
        List<PictureFile> pictures =
                options.files().stream().map(PictureFile::read).toList();
        DemoModel model = DemoModel.choose(options.models(), options.model());
        if (!model.takesPictures()) {
            throw new CommandFailure(
                    "model '%s' takes no pictures (expected: a model.yaml with 'preprocess'). Add preprocess: { image: grey } or { image: rgb } to it, or name another model with --model"
                            .formatted(model.name()));
        }
        PictureDemo demo = new PictureDemo(pictures, model);
        return DemoStack.run(options.models(), options.keep(), out, demo::show);
    }

    /** All are sent before the first verdict is waited for, since the cloud takes several at once. */
    private boolean show(DemoStack stack) throws InterruptedException {
        stack.terminal()
                .say(
                        "Showing %d %s to model '%s'.",
                        pictures.size(), pictures.size() == 1 ? "picture" : "pictures", model.name());
        List<SampleResult> results = new ArrayList<>();
        for (PictureFile picture : pictures) {
            results.add(send(stack.client(), picture));
        }
        boolean clean = true;
        for (int i = 0; i < pictures.size(); i++) {
            PictureOutcome outcome = new PictureOutcome(results.get(i), end(stack.client(), results.get(i)));
            outcome.print(pictures.get(i).path(), stack.terminal());
            clean &= outcome.isSuccess();
        }
        return clean;
    }

    private SampleResult send(EdgeClient client, PictureFile picture) throws InterruptedException {
        InferRequest request = InferRequest.newBuilder()
                .setModelName(model.name())
                .addImages(picture.content())
                .build();
        try {
            return client.infer(request).getResults(0);
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.UNAVAILABLE) {
                throw e;
            }
            throw new CommandFailure("the edge gateway refused %s: %s".formatted(picture.path(), e.getMessage()), e);
        }
    }

    /** The escalation as it is once it has ended, or after long enough; nothing for a picture that did not leave. */
    private static Optional<Escalation> end(EdgeClient client, SampleResult result) throws InterruptedException {
        if (result.getEscalationId().isEmpty()) {
            return Optional.empty();
        }
        long deadlineNanos = System.nanoTime() + VERDICT_WITHIN.toNanos();
        Escalation escalation = client.verdict(result.getEscalationId());
        while (!Outcomes.isEnd(escalation.getState()) && System.nanoTime() < deadlineNanos) {
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY.toMillis());
            escalation = client.verdict(result.getEscalationId());
        }
        return Optional.of(escalation);
    }
}
