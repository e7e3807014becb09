package io.tiergate.cli;

import io.tiergate.cli.ledger.EscalationStory;
import io.tiergate.cli.ledger.LedgerFile;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "show", description = "Tell everything that the ledger knows of one escalation, with its events.")
final class OutboxShowCommand extends LedgerCommand implements Callable<Integer> {
    @Parameters(paramLabel = "ID", description = "The escalation's id, as a reply showed it.")
    private String id;

    @Option(names = "--json", description = "As one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        JavaLogging.install();
        try (LedgerFile ledger = LedgerFile.open(dataDir())) {
            EscalationStory.of(ledger, id)
                    .orElseThrow(() -> new CommandFailure(
                            "%s is not in this ledger; ./tiergate outbox list --data-dir %s shows what is"
                                    .formatted(id, dataDir())))
                    .print(spec().commandLine().getOut(), json);
        }
        return 0;
    }
}
