package io.tiergate.cli;

import io.tiergate.runtime.NativeLibraries;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Runs the command in the test's own JVM; what it prints is that of the last run. */
public final class TestCommandLine {
    static {
        // Else the command would unpack them below the folder in which the tests run.
        try {
            NativeLibraries.installOnnxRuntime(Path.of("target", "native"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private StringWriter out = new StringWriter();
    private StringWriter err = new StringWriter();

    /** @return the exit code */
    public int run(String... arguments) {
        out = new StringWriter();
        err = new StringWriter();
        return Tiergate.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    public String out() {
        return out.toString();
    }

    public String err() {
        return err.toString();
    }
}
