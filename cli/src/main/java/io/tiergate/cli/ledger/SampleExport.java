package io.tiergate.cli.ledger;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tiergate.cli.CommandFailure;
import io.tiergate.cli.Terminal;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.EscalationState;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Writes samples to a file: {@link EscalatedSample} messages, each after its length as a varint, in the order of their promise. So the
 * file holds what would be sent, byte for byte and without the third that text would add to tensors, and every language's protobuf reads
 * it.
 */
public final class SampleExport {
    private static final int PAGE_ROWS = 100;

    private final LedgerFile ledger;
    private final Terminal progress;
    private long written;
    private long withoutTensors;
    private long unknown;

    public SampleExport(LedgerFile ledger, Terminal progress) {
        this.ledger = ledger;
        this.progress = progress;
    }

    /**
     * Writes them. The file is there once it is complete.
     *
     * @param states which to write
     * @return what was written, in a sentence
     * @throws CommandFailure if the ledger cannot be read, or the file not be written
     */
    public String write(Path file, Set<EscalationState> states) {
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(partial))) {
                write(out, states);
            }
            Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (InvalidProtocolBufferException e) {
            throw ledger.unreadable("a sample", e);
        } catch (IOException e) {
            throw new CommandFailure("--to: %s cannot be written (%s)".formatted(file, e), e);
        } catch (SQLException e) {
            throw ledger.failure(e);
        }
        progress.clearProgress();
        return "%,d samples in %s%s%s"
                .formatted(
                        written,
                        file,
                        withoutTensors == 0
                                ? ""
                                : "; %,d have ended and are without their tensors".formatted(withoutTensors),
                        unknown == 0 ? "" : "; of %,d that ended long ago nothing is kept".formatted(unknown));
    }

    private void write(OutputStream out, Set<EscalationState> states) throws SQLException, IOException {
        String codes = states.stream()
                .map(state -> Integer.toString(state.getNumber()))
                .collect(Collectors.joining(", "));
        // In pages, so that a running gateway's journal does not grow for as long as this takes.
        try (PreparedStatement select =
                ledger.connection().prepareStatement("""
                SELECT e.sequence, e.attempt, p.sample, %s FROM escalation e LEFT JOIN payload p USING (sequence)
                WHERE e.sequence > ? AND e.state IN (%s) ORDER BY e.sequence LIMIT %d""".formatted(ledger.envelope(), codes, PAGE_ROWS))) {
            long last = Long.MIN_VALUE;
            long before;
            do {
                before = last;
                select.setLong(1, last);
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        last = rows.getLong(1);
                        write(out, rows);
                    }
                }
                progress.progress("%,d samples".formatted(written));
            } while (last != before);
        }
    }

    private void write(OutputStream out, ResultSet row) throws SQLException, IOException {
        byte[] payload = row.getBytes(3);
        byte[] stored = payload == null ? row.getBytes(4) : payload;
        if (stored == null) {
            unknown++;
            return;
        }
        if (payload == null) {
            withoutTensors++;
        }
        EscalatedSample.parseFrom(stored).toBuilder()
                .setLedgerSequence(row.getLong(1))
                .setAttempt(row.getInt(2))
                .build()
                .writeDelimitedTo(out);
        written++;
    }
}
