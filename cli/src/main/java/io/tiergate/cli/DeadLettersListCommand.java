package io.tiergate.cli;

import io.tiergate.cli.letters.LetterList;
import io.tiergate.cli.letters.LetterTopic;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "list", description = "List the dead letters, of each partition in the order in which they came.")
final class DeadLettersListCommand extends LetterCommand implements Callable<Integer> {
    @Mixin
    private LetterFilter filter;

    @Option(names = "--waiting", description = "Only those that were not replayed.")
    private boolean waiting;

    @Option(names = "--json", description = "One JSON object a line, in place of a table.")
    private boolean json;

    @Override
    public Integer call() {
        long most = filter.limit(this);
        try (LetterTopic topic = open()) {
            new LetterList(spec().commandLine().getOut(), json).print(topic, filter.query(Set.of(), waiting), most);
        }
        return 0;
    }
}
