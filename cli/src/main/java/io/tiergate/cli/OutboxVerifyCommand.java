package io.tiergate.cli;

import io.tiergate.cli.ledger.LedgerCheck;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
        name = "verify",
        description = {
            "Check that everything that was promised is in exactly one state, and that every row is whole.",
            "Prints the sums by state. Exit code 0 only if all of it holds."
        })
final class OutboxVerifyCommand extends LedgerCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        JavaLogging.install();
        LedgerCheck.run(dataDir(), spec().commandLine().getOut(), progress());
        return 0;
    }
}
