package io.tiergate.cli.ledger;

import io.tiergate.cli.CommandFailure;
import io.tiergate.cli.Terminal;
import io.tiergate.ledger.LedgerFolder;
import io.tiergate.ledger.LedgerFormat;
import io.tiergate.ledger.UnusableLedgerException;
import io.tiergate.proto.v1.EscalationState;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Makes a ledger of what can be read of a damaged one, and puts it in its place. The damaged files are only moved; a ledger that is whole
 * is left alone.
 */
public final class LedgerRepair {
    private final LedgerFolder folder;
    private final PrintWriter out;
    private final Terminal progress;

    public LedgerRepair(Path folder, PrintWriter out, Terminal progress) {
        this.folder = new LedgerFolder(folder);
        this.out = out;
        this.progress = progress;
    }

    /**
     * Repairs, and tells what was kept and lost.
     *
     * @throws CommandFailure if the gateway runs, the folder cannot be written, or the ledger is not one that can be repaired
     */
    public void run() {
        LedgerFile.checkPresent(folder);
        try (FileChannel lock = folder.lock().channel()) {
            repair();
        } catch (SQLException | Salvage.CopyFailure e) {
            throw new CommandFailure(
                    "%s: the repaired ledger cannot be written (%s); nothing was changed"
                            .formatted(folder.path(), e.getMessage()),
                    e);
        } catch (IOException e) {
            throw new CommandFailure(e.getMessage(), e);
        }
    }

    private void repair() throws IOException, SQLException {
        try (LedgerFile ledger = LedgerFile.openOrExplain(folder)) {
            if (ledger.format() == 0
                    || Verification.of(ledger, this::looked).problems().count() == 0) {
                progress.clearProgress();
                out.println("%s is whole; nothing was changed.".formatted(folder.file()));
                return;
            }
            try (LedgerWorkshop workshop = LedgerWorkshop.in(folder)) {
                repair(workshop, Optional.of(ledger.connection()), ledger.format());
            }
        } catch (UnusableLedgerException e) {
            if (!e.isDamaged()) {
                throw e;
            }
            try (LedgerWorkshop workshop = LedgerWorkshop.in(folder)) {
                Optional<Connection> damaged = workshop.openWithFreshFirstPage();
                try {
                    repair(workshop, damaged, LedgerFormat.newest());
                } finally {
                    if (damaged.isPresent()) {
                        damaged.get().close();
                    }
                }
            }
        }
    }

    private void looked(long escalations) {
        progress.progress("%,d escalations".formatted(escalations));
    }

    private void repair(LedgerWorkshop workshop, Optional<Connection> damaged, int format)
            throws IOException, SQLException {
        Salvage.Findings findings = new Salvage.Findings();
        Map<Integer, Long> withoutSample;
        try (Connection fresh =
                DriverManager.getConnection("jdbc:sqlite:" + workshop.folder().file())) {
            fresh.setAutoCommit(false);
            LedgerFormat.upgrade(fresh, 0, format);
            if (damaged.isPresent()) {
                findings = new Salvage(damaged.get(), fresh, format).copy();
            }
            withoutSample = Reconciliation.run(fresh, format);
            fresh.commit();
        }
        try (LedgerFile repaired = LedgerFile.openOrExplain(workshop.folder())) {
            Verification verification = Verification.of(repaired, this::looked);
            progress.clearProgress();
            if (verification.problems().count() > 0) {
                throw new CommandFailure("%s cannot be repaired (%s); nothing was changed"
                        .formatted(
                                folder.file(), verification.problems().lines().getFirst()));
            }
            tell(verification, findings, withoutSample);
        }
        Path aside = workshop.putInPlace();
        out.println("The damaged ledger is %s now. ./tiergate outbox verify --data-dir %s looks at the repaired one."
                .formatted(aside, folder.path()));
        out.flush();
    }

    private void tell(Verification repaired, Salvage.Findings findings, Map<Integer, Long> withoutSample) {
        out.println("Kept: " + byState(repaired.byState()));
        if (findings.rebuilt > 0) {
            out.println(
                    "Of these, %,d had lost their row and were rebuilt from their sample.".formatted(findings.rebuilt));
        }
        if (!withoutSample.isEmpty()) {
            out.println("Lost the sample before the end, and are REJECTED (%s) now: %s"
                    .formatted(Salvage.LOST, byState(withoutSample)));
        }
        if (findings.onlyId > 0) {
            out.println("Lost all but the id, and ended with their last event, else REJECTED (%s): %,d"
                    .formatted(Salvage.LOST, findings.onlyId));
        }
        long missing = repaired.given() - repaired.promised();
        if (missing > 0) {
            out.println("Not here, because nothing is left of them: %,d".formatted(missing));
        }
    }

    private static String byState(Map<Integer, Long> counts) {
        return Words.states().stream()
                .map(EscalationState::getNumber)
                .filter(counts::containsKey)
                .map(state -> "%,d %s".formatted(counts.get(state), Words.state(state)))
                .collect(Collectors.collectingAndThen(
                        Collectors.joining(", "), text -> text.isEmpty() ? "nothing" : text));
    }
}
