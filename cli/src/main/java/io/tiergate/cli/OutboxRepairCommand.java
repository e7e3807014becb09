package io.tiergate.cli;

import io.tiergate.cli.ledger.LedgerRepair;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
        name = "repair",
        description = {
            "Make a ledger of what can be read of a damaged one. The gateway has to be stopped.",
            "The damaged files are moved to ledger.db.damaged-1, ...; nothing is deleted. A whole ledger is left alone."
        })
final class OutboxRepairCommand extends LedgerCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        JavaLogging.install();
        new LedgerRepair(dataDir(), spec().commandLine().getOut(), progress()).run();
        return 0;
    }
}
