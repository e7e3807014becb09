package io.tiergate.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.testing.ChildJvm;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The pipe between real processes. */
@Timeout(60)
class ParentPipeIT {
    private static final List<String> ANNOUNCED = List.of("-D" + ParentPipe.PROPERTY + "=true");

    @Test
    void theChildEndsInOrderWhenItsParentClosesThePipe() throws Exception {
        Process child = ChildJvm.of(Child.class, ANNOUNCED).start();
        try {
            assertThat(child.inputReader().readLine()).isEqualTo("started");
            child.outputWriter().write("bytes mean nothing\n");
            child.outputWriter().close();

            assertThat(child.inputReader().readLine()).isEqualTo("ended in order");
            assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(child.exitValue()).isEqualTo(Child.ENDED);
        } finally {
            child.destroyForcibly();
        }
    }

    @Test
    void theChildEndsWhenItsParentIsKilled() throws Exception {
        Process parent = ChildJvm.of(Parent.class, ANNOUNCED).start();
        ProcessHandle child = null;
        try {
            child = ProcessHandle.of(Long.parseLong(parent.inputReader().readLine()))
                    .orElseThrow();
            CompletableFuture<ProcessHandle> ended = child.onExit();
            assertThat(child.isAlive()).isTrue();

            parent.destroyForcibly();

            assertThat(ended.get(20, TimeUnit.SECONDS)).isEqualTo(child);
        } finally {
            parent.destroyForcibly();
            if (child != null) {
                child.destroyForcibly();
            }
        }
    }

    @Test
    void aServiceStartedByHandIgnoresItsStandardInput() throws Exception {
        Process child = ChildJvm.of(Child.class, List.of()).start();
        try {
            // Without the announcement nobody watches, so that the child itself is the one who reads the end.
            child.outputWriter().close();

            assertThat(child.inputReader().lines()).containsExactly("started", "nobody watched");
            assertThat(child.waitFor()).isZero();
        } finally {
            child.destroyForcibly();
        }
    }

    /** Watches its parent; ends by itself only if nobody else reads its standard input. */
    static final class Child {
        static final int ENDED = 7;

        private Child() {}

        @SuppressWarnings("SystemExitOutsideMain")
        public static void main(String[] arguments) throws Exception {
            ParentPipe.watch(() -> {
                System.out.println("ended in order");
                System.exit(ENDED);
            });
            System.out.println("started");
            if (Boolean.getBoolean(ParentPipe.PROPERTY)) {
                new CountDownLatch(1).await();
            }
            boolean watched = Thread.getAllStackTraces().keySet().stream()
                    .anyMatch(thread -> thread.getName().equals("parent-pipe"));
            while (System.in.read() >= 0) {
                // Until the end.
            }
            System.out.println(watched ? "somebody watched" : "nobody watched");
        }
    }

    /** Starts a child, tells its pid and waits to be killed. */
    static final class Parent {
        private Parent() {}

        public static void main(String[] arguments) throws IOException, InterruptedException {
            Process child = ChildJvm.of(Child.class, ANNOUNCED).start();
            child.inputReader().readLine();
            System.out.println(child.pid());
            new CountDownLatch(1).await();
        }
    }
}
