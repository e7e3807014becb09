package io.tiergate.local.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads what one run of a child has written to its log: from the log's end at the run's start onwards. */
final class LogFile {
    private static final int LAST_LINES = 12;

    private final Path file;
    private final long startBytes;
    private long scannedBytes;

    LogFile(Path file) throws IOException {
        this.file = file;
        this.startBytes = Files.exists(file) ? Files.size(file) : 0;
        this.scannedBytes = startBytes;
    }

    /** The first complete line, among those that have come since the last call, that begins with the prefix. */
    Optional<String> newLineStartingWith(String prefix) throws IOException {
        String text = readFrom(scannedBytes);
        int end = text.lastIndexOf('\n') + 1;
        String complete = text.substring(0, end);
        scannedBytes += complete.getBytes(StandardCharsets.ISO_8859_1).length;
        return complete.lines().filter(line -> line.startsWith(prefix)).findFirst();
    }

    /** The end of what this run has written, for an error message. */
    String lastLines() {
        try {
            List<String> lines = readFrom(startBytes).lines().toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
        } catch (IOException e) {
            return "(" + file + " cannot be read: " + e.getMessage() + ")";
        }
    }

    private String readFrom(long offsetBytes) throws IOException {
        try (RandomAccessFile input = new RandomAccessFile(file.toFile(), "r")) {
            byte[] bytes = new byte[Math.toIntExact(Math.max(0, input.length() - offsetBytes))];
            input.seek(offsetBytes);
            input.readFully(bytes);
            // One character a byte: a position in the text is a position in the file, even amid a torn character.
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }
}
