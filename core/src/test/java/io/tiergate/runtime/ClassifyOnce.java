package io.tiergate.runtime;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The main class of child JVMs: runs the test model {@code tiny-edge} once and says so, then waits for the end of its standard input. */
final class ClassifyOnce {
    private ClassifyOnce() {}

    /**
     * @param arguments the model's file; the folder for ONNX Runtime's libraries, or a dash for the temporary folder; whatever
     *     follows only makes the command line longer
     */
    public static void main(String[] arguments) throws IOException {
        if (!arguments[1].equals("-")) {
            NativeLibraries.installOnnxRuntime(Path.of(arguments[1]));
        }
        try (OnnxSession session = OnnxSession.open(Path.of(arguments[0]), SessionSettings.SINGLE_THREADED)) {
            Tensor x = Tensor.ofFloats("x", Shape.of(1, 4), 1, 2, 3, 0.5f);
            Tensor logits = session.run(List.of(x), List.of("logits")).get(0);
            System.out.println(java.util.Arrays.toString(logits.rowOfDoubles(0, 3)));
            while (System.in.read() >= 0) {
                // Whoever started this child decides when it ends.
            }
        }
    }
}
