package io.tiergate.cli.letters;

import io.tiergate.cli.CommandFailure;
import io.tiergate.cli.JavaLogging;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * The brokers that a command talks to.
 *
 * @param servers {@code HOST:PORT}, several separated by commas
 */
public record KafkaAddress(String servers) {
    /** What the client logs is told by the command itself, in other words. */
    private static final Logger CLIENT = client();

    private static Logger client() {
        // Before the first logger there is.
        JavaLogging.install();
        return Logger.getLogger("org.apache.kafka");
    }

    /** Prepares the process for Kafka's client. To be called before anything else here. */
    public static KafkaAddress of(String servers) {
        CLIENT.setLevel(Level.OFF);
        Path folder = Path.of(System.getProperty("launcher.home", ""), ".tiergate", "native");
        try {
            // Where zstd, by which records are compressed, unpacks its library; else it would be the temporary folder.
            System.setProperty("ZstdTempFolder", Files.createDirectories(folder).toString());
        } catch (IOException e) {
            throw new CommandFailure("%s cannot be made (%s). Make its parent writable".formatted(folder, e), e);
        }
        return new KafkaAddress(servers);
    }

    /**
     * Asks the brokers something.
     *
     * @throws CommandFailure if they do not answer
     */
    <T> T call(Supplier<T> question) {
        try {
            return question.get();
        } catch (TimeoutException e) {
            throw new CommandFailure(
                    "Kafka does not answer at %s. See whether it runs there (./tiergate kafka starts one here), or give its HOST:PORT with --kafka"
                            .formatted(servers),
                    e);
        } catch (KafkaException e) {
            throw new CommandFailure("--kafka %s: %s".formatted(servers, cause(e)), e);
        }
    }

    private static String cause(KafkaException failure) {
        return failure.getCause() instanceof ConfigException wrong ? wrong.getMessage() : failure.getMessage();
    }
}
