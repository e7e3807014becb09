package io.tiergate.cli;

import io.tiergate.local.StackCommands;
import io.tiergate.local.process.FreePort;
import io.tiergate.local.process.ProcessEvent;
import io.tiergate.local.process.SupervisedProcess;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The PostgreSQL of a cloud service that was given none: a child that is started again when it ends, and that ends after
 * this JVM, by its pipe, so that the service has its database to the last.
 */
final class EmbeddedDatabase {
    private static final int USUAL_PORT = 5432;

    private EmbeddedDatabase() {}

    /**
     * @return the URL under which it serves
     * @throws CommandFailure if it does not start
     */
    static String start(Path folder) throws InterruptedException {
        int port = FreePort.atOrAbove(USUAL_PORT);
        // Its libraries are none of the service's: they are on the child's class path alone.
        String classPath = Path.of(System.getProperty("launcher.home", "")).resolve("cli/target/lib") + "/*";
        try {
            new SupervisedProcess(StackCommands.postgres(classPath, port, folder), EmbeddedDatabase::tell).start();
        } catch (IOException e) {
            throw new CommandFailure(
                    "the embedded PostgreSQL did not start. Give a database with --database-url, or see: "
                            + e.getMessage(),
                    e);
        }
        return StackCommands.databaseUrl(port);
    }

    private static void tell(ProcessEvent event) {
        switch (event) {
            case ProcessEvent.Ended ended ->
                System.err.println("tiergate cloud: PostgreSQL ended with exit code " + ended.exitCode()
                        + " and is being started again");
            case ProcessEvent.GaveUp gaveUp ->
                System.err.println("tiergate cloud: PostgreSQL does not stay up: " + gaveUp.reason());
            case ProcessEvent.Starting starting -> {}
            case ProcessEvent.Ready ready -> {}
        }
    }
}
