package io.tiergate.local.process;

import io.tiergate.process.ParentPipe;
import java.util.concurrent.CountDownLatch;

/** A child for the tests: {@code ready} serves until it is asked to end, {@code fail} ends at once with code 7. */
public final class EchoService {
    private EchoService() {}

    public static void main(String[] arguments) throws InterruptedException {
        if (arguments[0].equals("fail")) {
            System.err.println("cannot open the frobnicator");
            System.exit(7);
        }
        if (arguments[0].equals("silent")) {
            new CountDownLatch(1).await();
        }
        System.out.println("a line before");
        System.out.println("echo ready pid=" + ProcessHandle.current().pid());
        ParentPipe.watch(() -> System.exit(0));
        new CountDownLatch(1).await();
    }
}
