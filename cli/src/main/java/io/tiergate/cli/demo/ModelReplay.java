package io.tiergate.cli.demo;

import io.grpc.StatusRuntimeException;
import io.tiergate.cli.Terminal;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;

/** Replays the images to one model after another in a running stack, each time to the end of every escalation. */
final class ModelReplay {
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    private static final Duration WITHOUT_PROGRESS = Duration.ofMinutes(2);

    /** What became of one replay. */
    record Result(DemoModel model, List<Reply> replies, Outcomes outcomes, Report report) {}

    private final EdgeClient client;
    private final String kafkaAddress;
    private final LabeledImages images;
    private final int requests;
    private final OptionalDouble rate;
    private final Terminal terminal;
    private int deadLettersBefore;

    ModelReplay(EdgeClient client, String kafkaAddress, LabeledImages images, DemoOptions options, Terminal terminal) {
        this.client = client;
        this.kafkaAddress = kafkaAddress;
        this.images = images;
        this.requests = options.requests();
        this.rate = options.rate();
        this.terminal = terminal;
    }

    /** @throws StatusRuntimeException if the gateway does not describe the model */
    Result run(DemoModel model) throws InterruptedException {
        ImageEncoder encoder = ImageEncoder.of(client.metadata(model.name()), images.rows(), images.columns());
        Truth truth = new Truth(images, model.labels());
        Outcomes outcomes = new Outcomes();
        terminal.say("Replaying %,d %s to model '%s'.", requests, images.noun(), model.name());
        long startNanos = System.nanoTime();
        List<Reply> replies;
        LiveCount count = new LiveCount(requests, outcomes, truth);
        Replay replay = new Replay(client, encoder, images, model.labels(), outcomes, count);
        try (VerdictWatch watch = VerdictWatch.start(client, outcomes);
                ProgressReporter reporter = ProgressReporter.start(terminal, count::text)) {
            replies = replay.run(requests, rate);
            awaitEnds(outcomes);
        }
        askForTheRest(outcomes);
        Duration duration = Duration.ofNanos(System.nanoTime() - startNanos);
        tellFailures(replies);
        TopicCensus all = TopicCensus.take(kafkaAddress, outcomes.promises());
        Report report = new Tally(replies, outcomes, truth).report(all.since(deadLettersBefore), duration);
        deadLettersBefore = all.deadLetters();
        return new Result(model, replies, outcomes, report);
    }

    /** Until every promise has ended, or nothing has happened for long. */
    private static void awaitEnds(Outcomes outcomes) throws InterruptedException {
        while (!outcomes.open().isEmpty()
                && System.nanoTime() - outcomes.lastProgressNanos() < WITHOUT_PROGRESS.toNanos()) {
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY.toMillis());
        }
    }

    /** The stream may have missed what the ledger knows. */
    private void askForTheRest(Outcomes outcomes) throws InterruptedException {
        for (String id : outcomes.open()) {
            try {
                outcomes.learned(client.verdict(id));
            } catch (StatusRuntimeException e) {
                // It stays open, and is counted as lost.
            }
        }
    }

    private void tellFailures(List<Reply> replies) {
        replies.stream()
                .filter(Reply.Failed.class::isInstance)
                .map(reply -> ((Reply.Failed) reply).status())
                .limit(3)
                .forEach(status -> terminal.say("A request failed: %s", status));
    }
}
