package io.tiergate.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts a main class of the tests in a JVM of its own, with this JVM's Java and class path. */
public final class ChildJvm {
    private ChildJvm() {}

    /**
     * A child that still has to be started. Its standard error goes to this JVM's; both other streams are pipes.
     *
     * @param flags for the JVM, before the class
     * @param arguments for the class
     */
    public static ProcessBuilder of(Class<?> main, List<String> flags, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.addAll(flags);
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    }
}
