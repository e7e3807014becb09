package io.tiergate.runtime;

import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The main class of child JVMs: ends, and while the JVM shuts down, when every other shutdown hook is through, runs the test model
 * {@code tiny-edge} and prints its answer. Needs {@code --add-opens java.base/java.lang=ALL-UNNAMED}.
 */
final class RunAtTheEnd {
    private RunAtTheEnd() {}

    /**
     * @param arguments the model's file
     */
    public static void main(String[] arguments) throws ReflectiveOperationException {
        OnnxSession session = OnnxSession.open(Path.of(arguments[0]), SessionSettings.SINGLE_THREADED);
        Set<Thread> others = shutdownHooks();
        if (others.isEmpty()) {
            throw new IllegalStateException("ONNX Runtime has no shutdown hook any more: there is nothing to survive");
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            others.forEach(RunAtTheEnd::awaitEnd);
            Tensor x = Tensor.ofFloats("x", Shape.of(1, 4), 1, 2, 3, 0.5f);
            Tensor logits = session.run(List.of(x), List.of("logits")).get(0);
            System.out.println(java.util.Arrays.toString(logits.rowOfDoubles(0, 3)));
        }));
    }

    @SuppressWarnings("unchecked")
    private static Set<Thread> shutdownHooks() throws ReflectiveOperationException {
        Field hooks = Class.forName("java.lang.ApplicationShutdownHooks").getDeclaredField("hooks");
        hooks.setAccessible(true);
        return Set.copyOf(((Map<Thread, Thread>) hooks.get(null)).keySet());
    }

    /** Joining does not do: it returns at once from a thread that has not begun. */
    private static void awaitEnd(Thread hook) {
        while (hook.getState() != Thread.State.TERMINATED) {
            Thread.onSpinWait();
        }
    }
}
