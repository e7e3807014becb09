package io.tiergate.cli;

import picocli.CommandLine.Command;

@Command(
        name = "dead-letters",
        description = {
            "What the cloud could not process: look at it, and put it back once the cause is gone.",
            "Nothing is ever taken out of the topic; its retention does that."
        },
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {DeadLettersListCommand.class, DeadLettersShowCommand.class, DeadLettersReplayCommand.class})
final class DeadLettersCommand extends VerboseCommand implements Runnable {
    @Override
    public void run() {
        spec().commandLine().usage(spec().commandLine().getOut());
    }
}
