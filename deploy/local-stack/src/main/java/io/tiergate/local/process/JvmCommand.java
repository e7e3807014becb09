package io.tiergate.local.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Puts together the command line of a child JVM: the same Java as this one, tied to this process by a pipe. */
public final class JvmCommand {
    private final List<String> flags = new ArrayList<>();
    private final List<String> target;
    private final List<String> arguments = new ArrayList<>();

    private JvmCommand(String... target) {
        this.target = List.of(target);
        flags.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        flags.add("--enable-native-access=ALL-UNNAMED");
        if (Runtime.version().feature() >= 23) {
            // Netty and Kafka still use it; newer JDKs would say so in every log.
            flags.add("--sun-misc-unsafe-memory-access=allow");
        }
        flags.add("-Dtiergate.parent-pipe=true");
    }

    /** Runs a main class. */
    public static JvmCommand ofMain(String classPath, String mainClass) {
        return new JvmCommand("-cp", classPath, mainClass);
    }

    /** Runs a jar whose manifest names the main class. */
    public static JvmCommand ofJar(Path jar) {
        return new JvmCommand("-jar", jar.toString());
    }

    /** Adds a flag of the JVM's own. */
    public JvmCommand flag(String flag) {
        flags.add(flag);
        return this;
    }

    /** Sets a system property of the child. */
    public JvmCommand property(String key, Object value) {
        return flag("-D" + key + "=" + value);
    }

    /** Sets system properties of the child. */
    public JvmCommand properties(Map<String, String> properties) {
        properties.forEach(this::property);
        return this;
    }

    /** Adds an argument of the program. */
    public JvmCommand argument(Object argument) {
        arguments.add(argument.toString());
        return this;
    }

    /** The command line. */
    public List<String> toList() {
        List<String> command = new ArrayList<>(flags);
        command.addAll(target);
        command.addAll(arguments);
        return List.copyOf(command);
    }
}
