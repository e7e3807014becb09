package io.tiergate.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Makes tensors of UINT16, UINT32 and UINT64, which ONNX Runtime's Java API cannot be given: it has no such types. A model of one node
 * casts a signed tensor instead. A cast wraps round, so the unsigned tensor has just the signed one's bits.
 *
 * <p>The models are made by {@code core/src/main/models/make_casts.py}.
 */
final class UnsignedCasts {
    private final Map<DataType, OrtSession> sessions = new EnumMap<>(DataType.class);

    private UnsignedCasts() {}

    /** Loads what a model with these inputs needs; nothing for most. */
    static UnsignedCasts forInputs(List<TensorSpec> inputs, OrtEnvironment environment) throws OrtException {
        UnsignedCasts casts = new UnsignedCasts();
        for (TensorSpec input : inputs) {
            DataType type = input.type();
            boolean needed = type == DataType.UINT16 || type == DataType.UINT32 || type == DataType.UINT64;
            if (needed && !casts.sessions.containsKey(type)) {
                casts.sessions.put(type, load(type, environment));
            }
        }
        return casts;
    }

    /**
     * Casts a tensor to an unsigned type.
     *
     * @param given has the same bits in a signed type; closed here. Of another type than an unsigned one, it is returned as it is
     * @return for the caller to close
     */
    OnnxTensor to(DataType type, OnnxTensor given) throws OrtException {
        OrtSession cast = sessions.get(type);
        if (cast == null) {
            return given;
        }
        try (given) {
            // Not closed: the result is nothing but its one tensor, which the caller needs.
            return (OnnxTensor) cast.run(Map.of("signed", given)).get(0);
        }
    }

    /** Frees the memory. Nobody may cast any more. */
    void close() {
        sessions.values().forEach(OnnxSession::closeQuietly);
    }

    private static OrtSession load(DataType type, OrtEnvironment environment) throws OrtException {
        String resource = type.name().toLowerCase(Locale.ROOT) + ".onnx";
        try (InputStream in = UnsignedCasts.class.getResourceAsStream(resource);
                OrtSession.SessionOptions options = OnnxSession.options(SessionSettings.SINGLE_THREADED)) {
            return environment.createSession(in.readAllBytes(), options);
        } catch (IOException e) {
            throw new UncheckedIOException("the class path's " + resource + " cannot be read", e);
        }
    }
}
