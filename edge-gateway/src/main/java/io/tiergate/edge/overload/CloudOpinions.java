package io.tiergate.edge.overload;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import io.tiergate.edge.inference.SampleAnswer;
import io.tiergate.edge.inference.ServedModel;
import io.tiergate.gate.Activation;
import io.tiergate.model.EdgeManifest;
import io.tiergate.proto.inference.ModelInferResponse;
import io.tiergate.runtime.DataType;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an ensemble says of a call's samples.
 *
 * @param rows one a sample, in order
 */
record CloudOpinions(List<Opinion> rows) {
    private static final String PROVISIONAL = "tiergate.provisional";

    /**
     * Of one sample.
     *
     * @param probabilities by label, the most probable first
     * @param sure whether no person would have to decide
     */
    record Opinion(Map<String, Float> probabilities, boolean sure) {
        String label() {
            return probabilities.keySet().iterator().next();
        }

        float confidence() {
            return probabilities.values().iterator().next();
        }
    }

    /**
     * Reads a response.
     *
     * @param samples that were asked about
     * @throws IllegalArgumentException if a sample has no opinion that can be read, or none at all
     */
    static CloudOpinions of(ModelInferResponse response, long samples) {
        String[] provisional =
                response.getParametersOrThrow(PROVISIONAL).getStringParam().split(",", -1);
        require(response.getOutputsCount() == 1 && response.getRawOutputContentsCount() == 1, "no output");
        List<String> texts = texts(response.getOutputs(0), response.getRawOutputContents(0));
        require(
                provisional.length == samples && !texts.isEmpty() && texts.size() % samples == 0,
                provisional.length + " samples with " + texts.size() + " classes");
        int classes = Math.toIntExact(texts.size() / samples);
        List<Opinion> rows = new ArrayList<>();
        for (int row = 0; row < samples; row++) {
            rows.add(new Opinion(
                    byLabel(texts.subList(row * classes, (row + 1) * classes)), provisional[row].equals("false")));
        }
        return new CloudOpinions(rows);
    }

    private static List<String> texts(ModelInferResponse.InferOutputTensor output, ByteString content) {
        Shape shape = Shape.of(output.getShapeList());
        return Tensor.of(output.getName(), DataType.BYTES, shape, content.asReadOnlyByteBuffer()).strings().stream()
                .map(text -> new String(text, UTF_8))
                .toList();
    }

    /** Texts of the form {@code probability:index:label}. */
    private static Map<String, Float> byLabel(List<String> texts) {
        Map<String, Float> probabilities = new LinkedHashMap<>();
        for (String text : texts) {
            String[] parts = text.split(":", 3);
            require(parts.length == 3, text);
            float probability = Float.parseFloat(parts[0]);
            // Where no quorum of the members answered, nothing is a number.
            require(Float.isFinite(probability), text);
            probabilities.put(parts[2], probability);
        }
        return probabilities;
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("the ensemble has no opinion: " + what);
        }
    }

    List<SampleAnswer> samples(ServedModel model) {
        return rows.stream()
                .map(row -> SampleAnswer.assisted(model, row.label(), row.confidence(), row.sure()))
                .toList();
    }

    /** The gated output as the edge's model would have given it to say the same: probabilities, or logits whose softmax they are. */
    Tensor output(String name, EdgeManifest manifest) {
        boolean logits = manifest.confidence().activation() == Activation.SOFTMAX;
        List<String> labels = manifest.labels();
        float[] values = new float[rows.size() * labels.size()];
        for (int i = 0; i < values.length; i++) {
            float probability =
                    rows.get(i / labels.size()).probabilities().getOrDefault(labels.get(i % labels.size()), 0f);
            values[i] = logits ? (float) Math.log(Math.max(probability, Float.MIN_NORMAL)) : probability;
        }
        return Tensor.ofFloats(name, Shape.of(rows.size(), labels.size()), values);
    }
}
