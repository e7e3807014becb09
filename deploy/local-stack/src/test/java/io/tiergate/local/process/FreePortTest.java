package io.tiergate.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class FreePortTest {
    @Test
    void givesThePreferredPortWhenItIsFree() {
        int free = FreePort.any() + 2_000;
        int preferred = free;
        while (!FreePort.isFree(preferred)) {
            preferred++;
        }
        assertThat(FreePort.atOrAbove(preferred)).isEqualTo(preferred);
    }

    @Test
    void passesOverAPortThatIsTakenOnLoopbackOnly() throws Exception {
        int taken = FreePort.any();
        try (ServerSocket socket = new ServerSocket(taken, 1, InetAddress.getLoopbackAddress())) {
            assertThat(FreePort.isFree(socket.getLocalPort())).isFalse();
            assertThat(FreePort.atOrAbove(taken)).isGreaterThan(taken);
        }
    }

    @Test
    void givesNoPortTwice() {
        int first = FreePort.any();
        assertThat(FreePort.isFree(first)).isTrue();
        assertThat(FreePort.atOrAbove(first)).isGreaterThan(first);
    }
}
