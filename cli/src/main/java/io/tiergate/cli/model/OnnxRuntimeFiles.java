package io.tiergate.cli.model;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import io.tiergate.cli.CommandFailure;
import io.tiergate.cli.JavaLogging;
import io.tiergate.runtime.NativeLibraries;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Where the command keeps ONNX Runtime's libraries: beside the repository's other local files, once for all calls. */
public final class OnnxRuntimeFiles {
    private OnnxRuntimeFiles() {}

    /** Must come before the first use of ONNX Runtime. */
    public static void install() {
        // ONNX Runtime's class writes to java.util.logging.
        JavaLogging.install();
        Path folder = Path.of(System.getProperty("launcher.home", ""), ".tiergate", "native", version());
        try {
            NativeLibraries.installOnnxRuntime(folder);
        } catch (IOException e) {
            throw new CommandFailure(
                    "ONNX Runtime's libraries cannot be unpacked into %s (%s); unpack them elsewhere and set TIERGATE_JAVA_OPTS=-Donnxruntime.native.path=FOLDER"
                            .formatted(folder, e),
                    e);
        }
        // What goes wrong is told by the command itself, in other words.
        OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "tiergate");
    }

    /** The command's class path has its jars without versions, so the build writes it down. */
    private static String version() {
        try (InputStream in = OnnxRuntimeFiles.class.getResourceAsStream("onnxruntime.version")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new CommandFailure("the version of ONNX Runtime cannot be read from the command's own jar", e);
        }
    }
}
