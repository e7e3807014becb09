package io.tiergate.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says in one sentence why ONNX Runtime did not load a file, and what to do about it. ONNX Runtime's own messages name source lines of
 * its own; what is not known here is passed on as it came.
 */
final class LoadFailure {
    private static final int FIRST_BYTES = 64;
    private static final String UNREADABLE = "Protobuf parsing failed";

    private record Rule(Pattern symptom, String sentence) {}

    /** Each sentence takes the symptom's groups. */
    private static final List<Rule> RULES = List.of(
            new Rule(
                    Pattern.compile(
                            "Opset (\\d+) is under development.*support for domain (\\S+) is till opset (\\d+)"),
                    "it needs opset %s of %s, and this ONNX Runtime knows it up to %s only; export the model again with a lower opset_version"),
            new Rule(
                    Pattern.compile("Unsupported model IR version: (\\d+), max supported IR version: (\\d+)"),
                    "its file format (IR version %s) is newer than this ONNX Runtime's (%s); export it again with an older onnx package, or lower the file's ir_version"),
            new Rule(
                    Pattern.compile("([\\w.]+):(\\w+)\\(-?\\d+\\) is not a registered function/op"),
                    "it uses the custom operator %s:%s, which ONNX Runtime does not have; export the model with standard ONNX operators only"),
            new Rule(
                    Pattern.compile("No Op registered for (\\w+) with domain_version of (\\d+)"),
                    "it uses operator %s, which is not in opset %s; export the model again with another opset_version, or with standard ONNX operators only"),
            new Rule(
                    Pattern.compile("Invalid ONNXType found"),
                    "it has an input or output of an optional type, which ONNX Runtime's Java API does not know; export the model with plain tensors"),
            new Rule(
                    Pattern.compile("External data path does not exist: \"?(?:.*/)?([^/\"]+)\"?"),
                    "some of its weights lie in a file of their own, '%s', which is not beside it; copy that file into the same folder"));

    private LoadFailure() {}

    /**
     * The refusal of a file.
     *
     * @param message ONNX Runtime's own, of one line
     */
    static UnusableModelException of(Path file, String message) {
        return new UnusableModelException("%s cannot be loaded by ONNX Runtime: %s"
                .formatted(file.getFileName(), reason(file, message).orElse(message)));
    }

    private static Optional<String> reason(Path file, String message) {
        if (message.contains(UNREADABLE)) {
            return Optional.of(kind(file));
        }
        for (Rule rule : RULES) {
            Matcher matcher = rule.symptom().matcher(message);
            if (matcher.find()) {
                Object[] groups = new Object[matcher.groupCount()];
                for (int i = 0; i < groups.length; i++) {
                    groups[i] = matcher.group(i + 1);
                }
                return Optional.of(rule.sentence().formatted(groups));
            }
        }
        return Optional.empty();
    }

    /** What a file that is no ONNX model looks like instead, by its first bytes. */
    private static String kind(Path file) {
        String begin = begin(file);
        if (begin.startsWith("PK\u0003\u0004")) {
            return "it is a zip archive, as PyTorch and Keras save models, and no ONNX file; export the model to ONNX";
        }
        if (begin.startsWith("\u0089HDF")) {
            return "it is an HDF5 file, as Keras saves models, and no ONNX file; export the model to ONNX";
        }
        if (begin.startsWith("TFL3", 4)) {
            return "it is a TensorFlow Lite model and no ONNX file; export the model to ONNX";
        }
        if (begin.startsWith("version https://git-lfs")) {
            return "it is a pointer of Git LFS and not the model itself; fetch it with 'git lfs pull'";
        }
        // An ONNX file begins with its IR version: field 1, a number.
        if (begin.startsWith("\b")) {
            return "it begins as an ONNX file, but is damaged or breaks off; copy or export it again";
        }
        return "it is no ONNX file; export the model to ONNX first";
    }

    private static String begin(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(FIRST_BYTES), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
