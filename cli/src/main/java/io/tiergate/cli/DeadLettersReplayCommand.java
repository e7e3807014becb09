package io.tiergate.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tiergate.cli.letters.LetterList;
import io.tiergate.cli.letters.LetterQuery;
import io.tiergate.cli.letters.LetterReplay;
import io.tiergate.cli.letters.LetterTopic;
import io.tiergate.cli.letters.Place;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "replay",
        description = {
            "Put dead letters back on the topic that they came from, as they were, and have them decided anew.",
            "One that was put back before is left out, so that this can be run twice."
        })
final class DeadLettersReplayCommand extends LetterCommand implements Callable<Integer> {
    private static final int FAILURE = 1;

    @Parameters(paramLabel = "PARTITION:OFFSET", arity = "0..*", description = "These, as list shows them.")
    private List<String> letters = List.of();

    @Mixin
    private LetterFilter filter;

    @Option(names = "--all", description = "All of them, where neither letters nor a filter are given.")
    private boolean all;

    @Option(names = "--again", description = "Those, too, that were put back before.")
    private boolean again;

    @Option(names = "--dry-run", description = "Only show what would be put back.")
    private boolean dryRun;

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    @Override
    public Integer call() {
        Set<Place> places = letters.stream().map(this::place).collect(Collectors.toSet());
        if (places.isEmpty() && !filter.isGiven() && !all) {
            throw wrongUsage(
                    "which dead letters? Name some (PARTITION:OFFSET), choose by --reason, --since or --until, or say --all");
        }
        long most = filter.limit(this);
        LetterQuery query = filter.query(places, false);
        try (LetterTopic topic = open()) {
            LetterReplay replay = new LetterReplay(kafka(), tenant(), topic, progress());
            Optional<LetterList> shown = dryRun ? Optional.of(new LetterList(out(), false)) : Optional.empty();
            LetterReplay.Plan plan = replay.plan(query, again, most, shown);
            requireFound(places, plan);
            return dryRun ? told(plan) : run(replay, query, plan);
        }
    }

    private void requireFound(Set<Place> places, LetterReplay.Plan plan) {
        int found = plan.places().size() + plan.replayedBefore() + plan.homeless();
        if (filter.isGiven() || found >= places.size()) {
            return;
        }
        throw new CommandFailure(
                "%d of the %d dead letters are not there; nothing was replayed. ./tiergate dead-letters list shows which there are"
                        .formatted(places.size() - found, places.size()));
    }

    private int told(LetterReplay.Plan plan) {
        out().println("Would put back " + count(plan.places().size())
                + leftOut(plan.replayedBefore(), plan.homeless(), 0));
        return 0;
    }

    private int run(LetterReplay replay, LetterQuery query, LetterReplay.Plan plan) {
        if (plan.places().isEmpty()) {
            out().println("Nothing was replayed" + leftOut(plan.replayedBefore(), plan.homeless(), 0));
            return plan.homeless() > 0 ? FAILURE : 0;
        }
        if (!yes && !isConfirmed(plan)) {
            throw new CommandFailure(
                    "nothing was replayed; it was not confirmed (y, or --yes where nobody can be asked)");
        }
        LetterReplay.Result result = replay.run(query, plan, again);
        progress().clearProgress();
        out().println("Put back " + count(result.replayed())
                + leftOut(result.replayedBefore(), result.homeless(), result.tooLarge()));
        return result.homeless() + result.tooLarge() > 0 ? FAILURE : 0;
    }

    private boolean isConfirmed(LetterReplay.Plan plan) {
        String topics = plan.byTopic().entrySet().stream()
                .map(entry -> "%s on %s".formatted(count(entry.getValue()), entry.getKey()))
                .collect(Collectors.joining(", "));
        PrintWriter err = spec().commandLine().getErr();
        err.print("Put back %s? [y/N] ".formatted(topics));
        err.flush();
        try {
            String answer = new BufferedReader(new InputStreamReader(System.in, UTF_8)).readLine();
            return answer != null && Set.of("y", "yes").contains(answer.strip().toLowerCase(Locale.ROOT));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private PrintWriter out() {
        return spec().commandLine().getOut();
    }

    private static String count(int letters) {
        return letters == 1 ? "1 dead letter" : "%,d dead letters".formatted(letters);
    }

    private static String leftOut(int replayedBefore, int homeless, int tooLarge) {
        List<String> parts = new ArrayList<>();
        if (replayedBefore > 0) {
            parts.add("%,d replayed before (--again replays them)".formatted(replayedBefore));
        }
        if (homeless > 0) {
            parts.add("%,d that do not come from a topic of this tenant that is there".formatted(homeless));
        }
        if (tooLarge > 0) {
            parts.add("%,d too large for their topic".formatted(tooLarge));
        }
        return parts.isEmpty() ? "." : "; left out: " + String.join(", ", parts) + ".";
    }
}
