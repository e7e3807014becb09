package io.tiergate.cli.ledger;

import io.tiergate.cli.CommandFailure;
import io.tiergate.cli.Terminal;
import java.io.PrintWriter;
import java.nio.file.Path;

/** Verifies a ledger for the person at the terminal. */
public final class LedgerCheck {
    private LedgerCheck() {}

    /**
     * Prints the ledger's sums, and what is wrong.
     *
     * @throws CommandFailure if something is, or the ledger cannot be opened
     */
    public static void run(Path folder, PrintWriter out, Terminal progress) {
        try (LedgerFile ledger = LedgerFile.open(folder)) {
            Verification verification =
                    Verification.of(ledger, looked -> progress.progress("%,d escalations".formatted(looked)));
            progress.clearProgress();
            verification.print(out);
            long count = verification.problems().count();
            if (count > 0) {
                throw new CommandFailure(
                        "%s: %,d things are wrong; stop the gateway and run ./tiergate outbox repair --data-dir %s"
                                .formatted(ledger.file(), count, folder));
            }
        }
    }
}
