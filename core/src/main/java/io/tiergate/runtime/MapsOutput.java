package io.tiergate.runtime;

import ai.onnxruntime.OnnxMap;
import ai.onnxruntime.OnnxSequence;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An output that is a sequence of maps from keys to floats, one map a sample, as converters of tree ensembles write class
 * probabilities (the operator ZipMap). It becomes two tensors: the values, a column a key in the keys' order, and the keys. ONNX Runtime's
 * Java API spoils what lies beyond the Basic Multilingual Plane in text keys, emoji for instance.
 *
 * @param keyType INT64, or BYTES for text
 */
record MapsOutput(String name, DataType keyType) implements ModelOutput {
    @Override
    public List<TensorSpec> specs() {
        return List.of(
                new TensorSpec(name, DataType.FP32, Shape.of(Shape.ANY, Shape.ANY)),
                new TensorSpec(keysName(), keyType, Shape.of(Shape.ANY), true));
    }

    private String keysName() {
        return keysOf(name);
    }

    /** How the tensor of an output's keys is called. */
    static String keysOf(String output) {
        return output + ".keys";
    }

    @Override
    public List<Tensor> read(OnnxValue value) throws OrtException {
        List<? extends OnnxValue> maps = ((OnnxSequence) value).getValue();
        try {
            List<Map<?, ?>> samples = new ArrayList<>(maps.size());
            for (OnnxValue map : maps) {
                samples.add(((OnnxMap) map).getValue());
            }
            return tensors(samples);
        } finally {
            OnnxValue.close(maps);
        }
    }

    /**
     * @param samples at least one
     * @throws InferenceException if their keys differ
     */
    List<Tensor> tensors(List<Map<?, ?>> samples) {
        List<?> keys = sorted(samples.getFirst());
        float[] values = new float[samples.size() * keys.size()];
        int next = 0;
        for (Map<?, ?> sample : samples) {
            if (!sample.keySet().equals(samples.getFirst().keySet())) {
                throw new InferenceException(
                        "output '%s' is a sequence of maps with different keys, %s and %s (expected: the same in all)"
                                .formatted(name, keys, sorted(sample)));
            }
            for (Object key : keys) {
                values[next++] = (Float) sample.get(key);
            }
        }
        return List.of(Tensor.ofFloats(name, Shape.of(samples.size(), keys.size()), values), keys(keys));
    }

    /** Java's maps have no order. */
    private static List<?> sorted(Map<?, ?> sample) {
        return sample.keySet().stream().sorted().toList();
    }

    private Tensor keys(List<?> keys) {
        Shape shape = Shape.of(keys.size());
        if (keyType == DataType.BYTES) {
            return Tensor.ofStrings(
                    keysName(),
                    shape,
                    keys.stream()
                            .map(key -> ((String) key).getBytes(StandardCharsets.UTF_8))
                            .toList());
        }
        ByteBuffer data = ByteBuffer.allocate(keys.size() * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        keys.forEach(key -> data.putLong((Long) key));
        return Tensor.of(keysName(), keyType, shape, data.flip());
    }
}
