package io.tiergate.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiergate.cli.Tiergate;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What the numbers were measured on: without it they mean nothing. */
final class Machine {
    private static final long MEBIBYTE = 1024 * 1024;

    private Machine() {}

    /** To be called before anything is measured. */
    static ObjectNode describe() {
        ObjectNode machine = new ObjectMapper().createObjectNode();
        machine.put("processors", Runtime.getRuntime().availableProcessors());
        machine.put("processor", processor());
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system) {
            machine.put("memory_mib", system.getTotalMemorySize() / MEBIBYTE);
        }
        double load = busyProcessors();
        if (load >= 0) {
            machine.put("load_before", load);
        }
        machine.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        machine.put("architecture", System.getProperty("os.arch"));
        machine.put("java", System.getProperty("java.vendor") + " " + Runtime.version());
        machine.put("tiergate", Tiergate.Version.current());
        machine.put("started", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        return machine;
    }

    /** How many processors others have kept busy in the last minute; negative where the system does not tell. */
    static double busyProcessors() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    private static String processor() {
        try {
            return Files.readString(Path.of("/proc/cpuinfo"))
                    .lines()
                    .filter(line -> line.startsWith("model name"))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }
}
