package io.tiergate.cli;

import picocli.CommandLine.Command;

@Command(
        name = "gate",
        description = "Try gate policies on labelled images before they decide on anything.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = GateReplayCommand.class)
final class GateCommand extends VerboseCommand implements Runnable {
    @Override
    public void run() {
        spec().commandLine().usage(spec().commandLine().getOut());
    }
}
