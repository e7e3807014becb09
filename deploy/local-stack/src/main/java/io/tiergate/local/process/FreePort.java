package io.tiergate.local.process;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Finds TCP ports on which a server can be started. Safe for use by several threads. */
public final class FreePort {
    private static final int HIGHEST = 65_535;
    // Below the range from which operating systems take the ports of outgoing connections: such a port could be taken
    // by one while its server is being restarted.
    private static final int FIRST_QUIET = 20_000;
    private static final int LAST_QUIET = 32_000;

    private static final Set<Integer> GIVEN = new HashSet<>();

    private FreePort() {}

    /** The preferred port, or the next free one above it. A port is given once in the life of this process. */
    public static int atOrAbove(int preferred) {
        synchronized (GIVEN) {
            for (int port = preferred; port <= HIGHEST; port++) {
                if (!GIVEN.contains(port) && isFree(port)) {
                    GIVEN.add(port);
                    return port;
                }
            }
        }
        throw new IllegalStateException("no free port from " + preferred + " to " + HIGHEST);
    }

    /** Some free port, chosen at random, so that processes which choose at the same time seldom meet. */
    public static int any() {
        return atOrAbove(ThreadLocalRandom.current().nextInt(FIRST_QUIET, LAST_QUIET));
    }

    /** Whether nobody listens on the port, on any address of this machine. */
    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            // As servers do: connections of an earlier server that still linger don't count.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
