package io.tiergate.cli;

import io.tiergate.cli.letters.LetterStory;
import io.tiergate.cli.letters.LetterTopic;
import io.tiergate.cli.letters.Place;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "show", description = "Tell everything about one dead letter: its headers, and the sample in it.")
final class DeadLettersShowCommand extends LetterCommand implements Callable<Integer> {
    @Parameters(paramLabel = "PARTITION:OFFSET", description = "The dead letter, as list shows it.")
    private String letter;

    @Option(names = "--json", description = "As one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        Place place = place(letter);
        try (LetterTopic topic = open()) {
            FactSheet.print(spec().commandLine().getOut(), LetterStory.of(topic, place), json);
        }
        return 0;
    }
}
