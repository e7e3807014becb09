package io.tiergate.cloud.console;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Set;

/** What is this machine and nothing else. */
public final class Loopback {
    private static final Set<String> NAMES = Set.of("localhost", "127.0.0.1", "::1", "[::1]", "0:0:0:0:0:0:0:1");

    private Loopback() {}

    /** Whether a server that is bound to this name or address can be reached from this machine only. No name is looked up. */
    public static boolean isLoopback(String host) {
        return NAMES.contains(host.toLowerCase(Locale.ROOT));
    }

    /** Whether a request comes from this machine and was sent to its loopback interface. */
    static boolean isBothEnds(HttpServerRequest request) {
        return isLoopback(request.connection().localAddress())
                && isLoopback(request.connection().remoteAddress());
    }

    /**
     * Whether a Host header names this machine. Another name can lead here as well: a page of a stranger whose name's address has
     * changed to 127.0.0.1 asks as if it were ours, and only its name gives it away.
     */
    static boolean isNamedBy(HttpServerRequest request) {
        return request.authority() != null && isLoopback(request.authority().host());
    }

    private static boolean isLoopback(SocketAddress address) {
        return address != null
                && address.isInetSocket()
                && address.hostAddress() != null
                && new InetSocketAddress(address.hostAddress(), address.port())
                        .getAddress()
                        .isLoopbackAddress();
    }
}
