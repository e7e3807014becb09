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

    static ObjectNode describe() {
        ObjectNode machine = new ObjectMapper().createObjectNode();
        machine.put("processors", Runtime.getRuntime().availableProcessors());
        machine.put("processor", processor());
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system) {
            machine.put("memory_mib", system.getTotalMemorySize() / MEBIBYTE);
        }
        machine.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        machine.put("architecture", System.getProperty("os.arch"));
        machine.put("java", System.getProperty("java.vendor") + " " + Runtime.version());
        machine.put("tiergate", Tiergate.Version.current());
        machine.put("started", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        return machine;
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
