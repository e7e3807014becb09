package io.tiergate.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A link over loopback that can be as bad as links are. Both directions are treated alike. */
final class TcpProxy implements AutoCloseable {
    private static final int BUFFER_BYTES = 4096;

    /** How the link is. */
    enum Weather {
        FINE,
        /** Every piece takes {@value #DELAY_MILLIS} ms. */
        DELAYED,
        /** {@value #SLOW_BYTES_PER_SECOND} bytes a second each connection. */
        SLOW,
        /** What is connected is cut off, and so is who connects, over and over. */
        CUT,
        /** Connections stay, new ones come about, and nothing arrives: as if a cable were pulled. */
        SILENT
    }

    private static final int DELAY_MILLIS = 150;
    private static final int SLOW_BYTES_PER_SECOND = 40_000;

    private final ServerSocket server;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile Weather weather = Weather.FINE;

    /** @param target a port of this machine, on which somebody listens now or later */
    TcpProxy(int target) throws IOException {
        this.target = target;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("proxy").start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    void turn(Weather next) throws IOException {
        boolean silenceEnds = weather == Weather.SILENT;
        weather = next;
        // After a silence of any length nobody knows what has arrived: the other side may be another one by now.
        if (next == Weather.CUT || silenceEnds) {
            cut();
        }
    }

    private void cut() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                open.add(client);
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                // Closed, or the client has gone already.
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                Socket there = new Socket()) {
            if (weather == Weather.CUT) {
                return;
            }
            open.add(there);
            there.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
            Thread back = Thread.ofVirtual().start(() -> pass(there, client));
            pass(client, there);
            back.join();
            open.remove(there);
        } catch (IOException e) {
            // Nobody listens there: the client is cut off, as it would be without a link.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(client);
        }
    }

    /** Ends both directions when one ends. */
    private void pass(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int bytes = in.read(buffer); bytes >= 0; bytes = in.read(buffer)) {
                LockSupport.parkNanos(nanosFor(bytes));
                while (weather == Weather.SILENT && !from.isClosed()) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
                }
                out.write(buffer, 0, bytes);
            }
        } catch (IOException e) {
            // Cut off.
        }
    }

    private long nanosFor(int bytes) {
        return switch (weather) {
            case DELAYED -> TimeUnit.MILLISECONDS.toNanos(DELAY_MILLIS);
            case SLOW -> bytes * TimeUnit.SECONDS.toNanos(1) / SLOW_BYTES_PER_SECOND;
            case FINE, CUT, SILENT -> 0;
        };
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
    }
}
