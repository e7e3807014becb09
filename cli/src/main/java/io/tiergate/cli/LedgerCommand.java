package io.tiergate.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What the commands about a ledger have in common. */
abstract class LedgerCommand extends VerboseCommand {
    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            defaultValue = ".tiergate/edge",
            description = "The gateway's data folder (default: ./${DEFAULT-VALUE}).")
    private Path dataDir;

    final Path dataDir() {
        return dataDir;
    }
}
