package io.tiergate.cli.letters;

import io.tiergate.cli.Terminal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Puts dead letters back on the topics that they came from, each once. */
public final class LetterReplay {
    private static final int MOST_LETTERS = 200;
    /** Of values in one transaction, unless a single letter has more. */
    private static final long MOST_BYTES = 8L * 1024 * 1024;

    private final KafkaAddress kafka;
    private final String tenant;
    private final LetterTopic topic;
    private final Terminal progress;

    public LetterReplay(KafkaAddress kafka, String tenant, LetterTopic topic, Terminal progress) {
        this.kafka = kafka;
        this.tenant = tenant;
        this.topic = topic;
        this.progress = progress;
    }

    /**
     * What is to be done.
     *
     * @param places what is to be put back
     * @param byTopic how many of them, by the topic that they came from
     * @param replayedBefore how many are left out because they were put back before
     * @param homeless how many are left out because they do not come from a topic of this tenant that is there
     */
    public record Plan(Set<Place> places, Map<String, Integer> byTopic, int replayedBefore, int homeless) {}

    /**
     * What was done.
     *
     * @param tooLarge left out: their topic does not take them any more
     */
    public record Result(int replayed, int replayedBefore, int homeless, int tooLarge) {}

    /**
     * Finds out what is to be done.
     *
     * @param again whether letters are put back that were put back before
     * @param most how many are put back at most, 1 or more; of a partition the oldest first
     * @param shown prints what is to be put back; empty: nothing is printed
     */
    public Plan plan(LetterQuery query, boolean again, long most, Optional<LetterList> shown) {
        Set<Place> places = new HashSet<>();
        Map<String, Integer> byTopic = new TreeMap<>();
        int[] leftOut = new int[2];
        topic.forEach(query, topic.replayed(), (letter, replayed) -> {
            if (replayed && !again) {
                leftOut[0]++;
            } else if (!topic.isOrigin(letter.originTopic())) {
                leftOut[1]++;
            } else {
                places.add(letter.place());
                byTopic.merge(letter.originTopic(), 1, Integer::sum);
                shown.ifPresent(list -> list.print(letter, replayed));
            }
            return places.size() < most;
        });
        return new Plan(places, byTopic, leftOut[0], leftOut[1]);
    }

    /**
     * Does it. Ended in between, it can be run again: what was put back is marked.
     *
     * @param query that of the plan
     */
    public Result run(LetterQuery query, Plan plan, boolean again) {
        try (ReplayProducer producer = new ReplayProducer(kafka, tenant)) {
            // Only now nobody else puts letters back: what was put back since the plan was made is known.
            Set<Place> replayed = topic.replayed();
            Run run = new Run(producer, plan);
            topic.forEach(query, replayed, (letter, before) -> {
                if (plan.places.contains(letter.place())) {
                    if (before && !again) {
                        run.replayedBefore++;
                    } else {
                        run.add(letter);
                    }
                    run.seen++;
                }
                return run.seen < plan.places.size();
            });
            run.flush();
            return new Result(run.done, plan.replayedBefore + run.replayedBefore, plan.homeless, run.tooLarge);
        }
    }

    private final class Run {
        private final ReplayProducer producer;
        private final Plan plan;
        private final List<DeadLetter> waiting = new ArrayList<>();
        private long waitingBytes;
        private int seen;
        private int done;
        private int tooLarge;
        private int replayedBefore;

        Run(ReplayProducer producer, Plan plan) {
            this.producer = producer;
            this.plan = plan;
        }

        void add(DeadLetter letter) {
            if (waiting.size() == MOST_LETTERS || waitingBytes + letter.sizeBytes() > MOST_BYTES) {
                flush();
            }
            waiting.add(letter);
            waitingBytes += letter.sizeBytes();
        }

        void flush() {
            if (waiting.isEmpty()) {
                return;
            }
            List<DeadLetter> refused = producer.putBack(waiting);
            refused.forEach(letter -> progress.say(
                    "%s is left out: %s does not take a record of %,d bytes (its max.message.bytes)",
                    letter.place(), letter.originTopic(), letter.sizeBytes()));
            tooLarge += refused.size();
            done += waiting.size() - refused.size();
            waiting.clear();
            waitingBytes = 0;
            progress.progress("Replayed %,d of %,d".formatted(done, plan.places.size()));
        }
    }
}
