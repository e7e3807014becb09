package io.tiergate.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.tiergate.local.LocalStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The cloud service with a broker and a database, all on this machine: how many escalations a second it answers while more of them wait
 * than it can answer, as a part of what its ensemble's members do in ONNX Runtime with nothing around them.
 */
final class CloudIntake {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final List<Integer> BATCHES = List.of(16, 32, 64, 128);
    private static final double LONGEST_TIMES = 20;
    /** Of the expected work, to be compiled before anything is measured. */
    private static final double WARM_UP_TIMES = 3;

    private final Workplace workplace;
    private final BenchLength length;
    private final ModelAlone alone;

    CloudIntake(Workplace workplace, BenchLength length, ModelAlone alone) {
        this.workplace = workplace;
        this.length = length;
        this.alone = alone;
    }

    /**
     * What is asked.
     *
     * @param repository holds the ensemble
     * @param pool the same samples as requests
     */
    record Question(
            Path repository, String ensemble, String input, List<Long> shape, List<ByteString> tensors, Path pool) {
        Path members() {
            return repository.resolve(ensemble).resolve("1").resolve("members");
        }
    }

    ObjectNode measure(Question question) throws IOException, InterruptedException {
        int batch = bestBatch(question);
        List<Double> ensembleRates = new ArrayList<>();
        List<Double> verdictRates = new ArrayList<>();
        try (LocalStack stack = LocalStack.in(workplace.folder().resolve("cloud-intake"))
                .home(workplace.home())
                .kafka()
                .postgres()
                .cloud(question.repository())
                .build()) {
            stack.start();
            try (EscalationFeed feed = new EscalationFeed(
                    stack.kafkaAddress(),
                    question.ensemble(),
                    question.input(),
                    question.shape(),
                    question.tensors())) {
                double expected = ensembleRate(question, batch);
                workplace.say("cloud intake: the ensemble alone answers %,.0f a second, %d at a time", expected, batch);
                answer(feed, expected, WARM_UP_TIMES * length.throughputSeconds());
                for (int round = 0; round < length.rounds(); round++) {
                    ensembleRates.add(ensembleRate(question, batch));
                    verdictRates.add(answer(feed, expected, length.throughputSeconds()));
                    workplace.say(
                            "cloud intake, round %d: %,.0f verdicts a second, the ensemble alone %,.0f",
                            round + 1, verdictRates.getLast(), ensembleRates.getLast());
                }
            }
        }
        return report(batch, ensembleRates, verdictRates);
    }

    private int bestBatch(Question question) throws IOException {
        int best = BATCHES.getFirst();
        double bestRate = 0;
        for (int batch : BATCHES) {
            double rate = ensembleRate(question, batch);
            if (rate > bestRate) {
                bestRate = rate;
                best = batch;
            }
        }
        return best;
    }

    /** Every member runs every sample: their times add up. */
    private double ensembleRate(Question question, int batch) throws IOException {
        List<Path> members;
        try (Stream<Path> files = Files.list(question.members())) {
            members = files.filter(file -> file.toString().endsWith(".onnx"))
                    .sorted()
                    .toList();
        }
        double secondsASample = 0;
        for (Path member : members) {
            secondsASample += 1
                    / alone.run(
                                    member,
                                    question.pool(),
                                    Runtime.getRuntime().availableProcessors(),
                                    batch,
                                    length.modelSeconds())
                            .samplesPerSecond();
        }
        return 1 / secondsASample;
    }

    /** Verdicts a second. What is sent first is sent while nothing is measured: an edge has processors of its own. */
    private static double answer(EscalationFeed feed, double expected, double seconds)
            throws IOException, InterruptedException {
        feed.send((int) Math.max(1000, expected * seconds));
        long start = System.nanoTime();
        long waiting = feed.lag();
        feed.awaitAnswers(LONGEST_TIMES * seconds + 60);
        return waiting / ((System.nanoTime() - start) / 1e9);
    }

    private static ObjectNode report(int batch, List<Double> ensembleRates, List<Double> verdictRates) {
        List<Double> shares = new ArrayList<>();
        for (int i = 0; i < verdictRates.size(); i++) {
            shares.add(verdictRates.get(i) / ensembleRates.get(i));
        }
        ObjectNode node = MAPPER.createObjectNode();
        node.put("ensemble_best_batch", batch);
        node.put("ensemble_per_s", Spread.median(ensembleRates));
        node.put("verdicts_per_s", Spread.median(verdictRates));
        node.put("share", Spread.median(shares));
        node.set("shares", MAPPER.valueToTree(Spread.of(shares)));
        return node;
    }
}
