package io.tiergate.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import java.lang.reflect.Field;
import java.lang.reflect.Method;

/**
 * ONNX Runtime's environment, for as long as the process lives.
 *
 * <p>The Java API frees it in a shutdown hook, and hooks run beside everything else: a service that finishes its calls before it ends
 * would crash in native code (microsoft/onnxruntime#31352). The environment counts its handles, so one more of them, which nobody
 * releases, keeps it.
 */
final class LastingEnvironment {
    private static final OrtEnvironment ENVIRONMENT = kept(OrtEnvironment.getEnvironment());

    private LastingEnvironment() {}

    static OrtEnvironment get() {
        return ENVIRONMENT;
    }

    private static OrtEnvironment kept(OrtEnvironment environment) {
        try {
            Field api = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField("ortApiHandle");
            Method createHandle =
                    OrtEnvironment.class.getDeclaredMethod("createHandle", long.class, int.class, String.class);
            api.setAccessible(true);
            createHandle.setAccessible(true);
            createHandle.invoke(
                    null,
                    api.getLong(null),
                    OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING.getValue(),
                    OrtEnvironment.DEFAULT_NAME);
            return environment;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "this version of ONNX Runtime's Java API has no OrtEnvironment.createHandle, by which runs survive its shutdown hook",
                    e);
        }
    }
}
