package io.tiergate.cli;

import io.tiergate.cli.letters.KafkaAddress;
import io.tiergate.cli.letters.LetterTopic;
import io.tiergate.cli.letters.Place;
import picocli.CommandLine.Option;

/** What the commands about dead letters have in common. */
abstract class LetterCommand extends VerboseCommand {
    @Option(
            names = "--kafka",
            paramLabel = "HOST:PORT",
            defaultValue = "localhost:9092",
            description = "The brokers, separated by commas (default: ${DEFAULT-VALUE}).")
    private String kafka;

    @Option(
            names = "--tenant",
            paramLabel = "NAME",
            defaultValue = "default",
            description = "Whose dead letters; part of the topic's name (default: ${DEFAULT-VALUE}).")
    private String tenant;

    final KafkaAddress kafka() {
        return KafkaAddress.of(kafka);
    }

    final String tenant() {
        return tenant;
    }

    final LetterTopic open() {
        return LetterTopic.open(kafka(), tenant, progress());
    }

    final Place place(String text) {
        return Place.parse(text)
                .orElseThrow(() -> wrongUsage(
                        "'%s' is no dead letter (expected: PARTITION:OFFSET, as list shows it)".formatted(text)));
    }
}
