package io.tiergate.cli;

import io.tiergate.cli.ledger.EscalationList;
import io.tiergate.cli.ledger.LedgerFile;
import io.tiergate.proto.v1.EscalationState;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "list", description = "List the escalations in the order in which they were promised.")
final class OutboxListCommand extends LedgerCommand implements Callable<Integer> {
    @Mixin
    private StateFilter filter;

    @Option(names = "--json", description = "One JSON object a line, in place of a table.")
    private boolean json;

    @Override
    public Integer call() {
        JavaLogging.install();
        Set<EscalationState> states = filter.states(this);
        try (LedgerFile ledger = LedgerFile.open(dataDir())) {
            new EscalationList(spec().commandLine().getOut(), json).print(ledger, states);
        }
        return 0;
    }
}
