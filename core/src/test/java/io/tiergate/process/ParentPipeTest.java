package io.tiergate.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ParentPipeTest {
    private final InputStream standardInput = System.in;
    private final BlockingQueue<String> calls = new LinkedBlockingQueue<>();

    @AfterEach
    void restore() {
        System.setIn(standardInput);
        System.clearProperty(ParentPipe.PROPERTY);
    }

    @Test
    void bytesMeanNothingAndOnlyTheEndOfInputCounts() throws Exception {
        HeldPipe pipe = new HeldPipe(false);
        watch(pipe);

        pipe.drained.await();
        assertThat(calls).isEmpty();

        pipe.closed.countDown();
        assertThat(calls.poll(20, TimeUnit.SECONDS)).isEqualTo("parent-pipe");
    }

    @Test
    void aBrokenPipeIsAnEndToo() throws Exception {
        HeldPipe pipe = new HeldPipe(true);
        watch(pipe);
        pipe.closed.countDown();

        assertThat(calls.poll(20, TimeUnit.SECONDS)).isEqualTo("parent-pipe");
    }

    @Test
    void theWatchKeepsNoJvmAlive() throws Exception {
        HeldPipe pipe = new HeldPipe(false);
        watch(pipe);
        pipe.drained.await();

        assertThat(pipe.reader.isDaemon()).isTrue();
        pipe.closed.countDown();
    }

    private void watch(InputStream pipe) {
        System.setIn(pipe);
        System.setProperty(ParentPipe.PROPERTY, "true");
        ParentPipe.watch(() -> calls.add(Thread.currentThread().getName()));
    }

    /** Three bytes, then nothing until the test lets go of it. */
    private static final class HeldPipe extends InputStream {
        private final CountDownLatch drained = new CountDownLatch(1);
        private final CountDownLatch closed = new CountDownLatch(1);
        private final boolean breaks;
        private int bytes = 3;
        private volatile Thread reader;

        HeldPipe(boolean breaks) {
            this.breaks = breaks;
        }

        @Override
        public int read() throws IOException {
            if (bytes-- > 0) {
                return 'x';
            }
            reader = Thread.currentThread();
            drained.countDown();
            try {
                closed.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            if (breaks) {
                throw new IOException("broken pipe");
            }
            return -1;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = read();
            if (read < 0) {
                return -1;
            }
            buffer[offset] = (byte) read;
            return 1;
        }
    }
}
