package io.tiergate.local.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.FileHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Sends what the libraries of a process log to a file, so that its standard output stays for what it has to say. */
public final class ServiceLog {
    private static final int FILE_BYTES = 16 << 20;
    private static final int FILES = 2;

    private ServiceLog() {}

    /**
     * Logs from now on to the file alone, appending; call it before a library makes its first logger.
     *
     * @param file its folder is made if it is missing; the newest part of the log has {@code .0} behind this name, the one
     *     before {@code .1}
     */
    public static void writeTo(Path file) throws IOException {
        if (System.getProperty("java.util.logging.manager") == null) {
            System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
        }
        System.setProperty("java.util.logging.SimpleFormatter.format", "%1$tFT%1$tT.%1$tL %4$s %3$s: %5$s%6$s%n");
        Files.createDirectories(file.toAbsolutePath().getParent());
        // In the pattern a percent sign would mean something.
        String pattern = file.toString().replace("%", "%%");
        FileHandler handler = new FileHandler(pattern + ".%g", FILE_BYTES, FILES, true);
        handler.setFormatter(new SimpleFormatter());
        handler.setEncoding(StandardCharsets.UTF_8.name());
        handler.setLevel(Level.INFO);
        Logger root = Logger.getLogger("");
        root.setLevel(Level.INFO);
        for (Handler earlier : root.getHandlers()) {
            root.removeHandler(earlier);
        }
        root.addHandler(handler);
    }
}
