package io.tiergate.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** Only here to be listed: the launcher runs it, since it needs the build tool and not this program. */
@Command(
        name = "test",
        description =
                "Run all tests: './mvnw verify' with the JDK that the launcher finds, and the Maven arguments given.")
final class TestCommand extends VerboseCommand implements Runnable {
    @Unmatched
    private List<String> mavenArguments = List.of();

    @Override
    public void run() {
        throw new CommandFailure(
                "the launcher runs this command. Call: ./tiergate test " + String.join(" ", mavenArguments));
    }
}
