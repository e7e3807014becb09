package io.tiergate.local.kafka;

import io.tiergate.local.process.ServiceLog;
import io.tiergate.process.ParentPipe;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The broker's process: {@code KafkaMain <port> <data folder>}. Ends with code 1 if the broker does not come up. */
public final class KafkaMain {
    private KafkaMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length != 2) {
            System.err.println("expected: <port> <data folder>");
            System.exit(2);
        }
        try {
            run(Integer.parseInt(arguments[0]), Path.of(arguments[1]));
        } catch (IOException | RuntimeException e) {
            System.err.println("the Kafka broker did not start: " + e.getMessage());
            e.printStackTrace();
            System.exit(1);
        }
    }

    /**
     * Starts the broker, says on standard output that it serves, and leaves it running until this JVM is asked to end. The
     * broker's own messages go to {@code kafka.log} in its folder.
     *
     * @throws IOException if the port is taken, or the folder is in use or cannot be written
     */
    public static void run(int port, Path folder) throws IOException, InterruptedException {
        ServiceLog.writeTo(folder.resolve("kafka.log"));
        PrintStream standardOutput = System.out;
        // Formatting a new folder is announced there, where only the ready line belongs.
        System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        KafkaBroker broker = KafkaBroker.start(folder, port);
        System.setOut(standardOutput);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(broker), "stop-kafka"));
        System.out.println("tiergate kafka ready port=" + port);
        ParentPipe.watch(() -> System.exit(0));
    }

    private static void close(KafkaBroker broker) {
        try {
            broker.close();
        } catch (IOException e) {
            System.err.println("the Kafka broker did not stop cleanly: " + e.getMessage());
        }
    }
}
