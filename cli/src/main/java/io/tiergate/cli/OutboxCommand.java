package io.tiergate.cli;

import picocli.CommandLine.Command;

@Command(
        name = "outbox",
        description = {
            "Look into an edge gateway's ledger: what was promised, and what became of it.",
            "The gateway may be running; only repair needs it stopped."
        },
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            OutboxListCommand.class,
            OutboxShowCommand.class,
            OutboxVerifyCommand.class,
            OutboxExportCommand.class,
            OutboxRepairCommand.class
        })
final class OutboxCommand extends VerboseCommand implements Runnable {
    @Override
    public void run() {
        spec().commandLine().usage(spec().commandLine().getOut());
    }
}
