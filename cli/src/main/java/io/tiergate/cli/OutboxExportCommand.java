package io.tiergate.cli;

import io.tiergate.cli.ledger.LedgerFile;
import io.tiergate.cli.ledger.SampleExport;
import io.tiergate.proto.v1.EscalationState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "export",
        description = {
            "Write samples to a file: protobuf messages tiergate.v1.EscalatedSample, each after its length as a varint.",
            "Java reads one with parseDelimitedFrom. What has ended comes without its tensors."
        })
final class OutboxExportCommand extends LedgerCommand implements Callable<Integer> {
    @Option(names = "--to", required = true, paramLabel = "FILE", description = "The file to write.")
    private Path file;

    @Option(names = "--force", description = "Replace the file if it is there.")
    private boolean force;

    @Mixin
    private StateFilter filter;

    @Override
    public Integer call() {
        JavaLogging.install();
        Set<EscalationState> states = filter.states(this);
        if (Files.exists(file) && !force) {
            throw new CommandFailure(
                    "--to: %s is there already. Choose another file, or replace it with --force".formatted(file));
        }
        try (LedgerFile ledger = LedgerFile.open(dataDir())) {
            spec().commandLine().getOut().println(new SampleExport(ledger, progress()).write(file, states));
        }
        return 0;
    }
}
