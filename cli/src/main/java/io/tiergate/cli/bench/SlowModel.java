package io.tiergate.cli.bench;

import com.google.protobuf.CodedOutputStream;
import io.tiergate.parts.PartClass;
import io.tiergate.parts.PartGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A model of about one millisecond a sample: sines of sines of the pixels, and at last a sum a class. It has hardly any weights, so
 * that a batch of samples saves nothing, and the number of layers is found by measuring, so that a millisecond it is on every machine.
 */
final class SlowModel {
    static final String NAME = "slow";

    private static final double TARGET_MILLIS = 1.0;
    private static final int TRIAL_LAYERS = 100;
    private static final double TRIAL_SECONDS = 0.5;

    private static final int FLOAT = 1;
    private static final int PIXELS = PartGenerator.SIDE_PIXELS * PartGenerator.SIDE_PIXELS;

    private SlowModel() {}

    /**
     * Makes a repository with the model alone.
     *
     * @return how many milliseconds a call of it takes
     */
    static double make(Path repository, ModelAlone runtime, Path pool) throws IOException {
        Path file = repository.resolve(NAME).resolve("1").resolve("model.onnx");
        Files.createDirectories(file.getParent());
        Files.write(file, onnx(TRIAL_LAYERS));
        double trialMillis = runtime.run(file, pool, 1, 1, TRIAL_SECONDS).callMillis();
        int layers = Math.clamp(Math.round(TRIAL_LAYERS * TARGET_MILLIS / trialMillis), 1, 100_000);
        Files.write(file, onnx(layers));
        return runtime.run(file, pool, 1, 1, TRIAL_SECONDS).callMillis();
    }

    /** Field numbers are those of onnx.proto. */
    static byte[] onnx(int layers) throws IOException {
        byte[] graph = message(out -> {
            out.writeByteArray(1, node("Flatten", "images", "layer0"));
            for (int i = 0; i < layers; i++) {
                out.writeByteArray(1, node("Sin", "layer" + i, "layer" + (i + 1)));
            }
            out.writeByteArray(1, node("MatMul", "layer" + layers, "sums", "logits"));
            out.writeString(2, NAME);
            out.writeByteArray(5, sums());
            out.writeByteArray(11, value("images", 1, PartGenerator.SIDE_PIXELS, PartGenerator.SIDE_PIXELS));
            out.writeByteArray(12, value("logits", PartClass.words().size()));
        });
        return message(out -> {
            out.writeInt64(1, 8);
            out.writeByteArray(7, graph);
            out.writeByteArray(8, message(opset -> opset.writeInt64(2, 17)));
        });
    }

    /** @param names the inputs and, last, the output */
    private static byte[] node(String operator, String... names) throws IOException {
        return message(out -> {
            for (int i = 0; i < names.length - 1; i++) {
                out.writeString(1, names[i]);
            }
            out.writeString(2, names[names.length - 1]);
            out.writeString(4, operator);
        });
    }

    private static byte[] sums() throws IOException {
        int classes = PartClass.words().size();
        byte[] ones = message(out -> {
            for (int i = 0; i < PIXELS * classes; i++) {
                out.writeFloatNoTag(1f);
            }
        });
        return message(out -> {
            out.writeInt64(1, PIXELS);
            out.writeInt64(1, classes);
            out.writeInt32(2, FLOAT);
            out.writeString(8, "sums");
            out.writeByteArray(9, ones);
        });
    }

    /** @param sizes behind the batch dimension, which may vary */
    private static byte[] value(String name, int... sizes) throws IOException {
        byte[] shape = message(out -> {
            out.writeByteArray(1, message(dimension -> dimension.writeString(2, "batch")));
            for (int size : sizes) {
                out.writeByteArray(1, message(dimension -> dimension.writeInt64(1, size)));
            }
        });
        byte[] tensor = message(out -> {
            out.writeInt32(1, FLOAT);
            out.writeByteArray(2, shape);
        });
        return message(out -> {
            out.writeString(1, name);
            out.writeByteArray(2, message(type -> type.writeByteArray(1, tensor)));
        });
    }

    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Fields fields) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        fields.write(out);
        out.flush();
        return bytes.toByteArray();
    }
}
