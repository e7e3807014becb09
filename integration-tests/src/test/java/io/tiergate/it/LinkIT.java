package io.tiergate.it;

import io.tiergate.it.TcpProxy.Weather;
import io.tiergate.local.LocalStack;
import io.tiergate.local.Part;
import io.tiergate.local.Ports;
import io.tiergate.local.process.FreePort;
import io.tiergate.testing.TestModels;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The links between edge and broker, cloud and broker, cloud and database are slow, cut and silent under load. The links are proxies on
 * loopback: they show what a process sees of a bad link, not what a kernel does with lost packets. {@code -Dtiergate.test.bad-weather} says
 * how many ids clients see during each.
 */
class LinkIT {
    private static final int IDS_IN_BAD_WEATHER = Integer.getInteger("tiergate.test.bad-weather", 200);
    private static final int IDS_IN_BETWEEN = 50;

    private enum Link {
        EDGE_TO_BROKER,
        CLOUD_TO_BROKER,
        CLOUD_TO_DATABASE
    }

    @TempDir
    static Path folder;

    private static LocalStack stack;
    private static Edge edge;

    private static final Map<Link, TcpProxy> links = new EnumMap<>(Link.class);
    private static final Queue<String> promised = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void start() throws Exception {
        Path models = TestModels.copyTo("tiny", folder.resolve("models"));
        Ports ports = Ports.random();
        int forEdge = FreePort.any();
        int forCloud = FreePort.any();
        links.put(Link.EDGE_TO_BROKER, new TcpProxy(forEdge));
        links.put(Link.CLOUD_TO_BROKER, new TcpProxy(forCloud));
        links.put(Link.CLOUD_TO_DATABASE, new TcpProxy(ports.postgres()));
        stack = LocalStack.in(folder.resolve("stack"))
                .ports(ports)
                .kafka()
                .postgres()
                .cloud(models)
                .edge(models)
                .property(
                        Part.KAFKA,
                        "tiergate.kafka.links",
                        "%d>%d,%d>%d"
                                .formatted(forEdge, port(Link.EDGE_TO_BROKER), forCloud, port(Link.CLOUD_TO_BROKER)))
                .property(Part.EDGE, "tiergate.kafka", "127.0.0.1:" + port(Link.EDGE_TO_BROKER))
                .property(Part.CLOUD, "tiergate.kafka", "127.0.0.1:" + port(Link.CLOUD_TO_BROKER))
                .property(
                        Part.CLOUD,
                        "tiergate.database-url",
                        "postgresql://localhost:%d/postgres?user=postgres&password=postgres"
                                .formatted(port(Link.CLOUD_TO_DATABASE)))
                // The same few samples come again and again, each to be escalated anew.
                .property(Part.EDGE, "tiergate.verdicts.cache-entries", "0")
                .build();
        stack.start();
        edge = new Edge(stack.ports().edgeGrpc());
    }

    private static int port(Link link) {
        return links.get(link).port();
    }

    @AfterAll
    static void stop() throws Exception {
        edge.close();
        stack.close();
        for (TcpProxy link : links.values()) {
            link.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Link.class)
    void nothingIsLostOrDecidedTwiceOverABadLink(Link link) throws Exception {
        try (Load load = new Load(edge, promised)) {
            for (Weather weather : Weather.values()) {
                links.get(link).turn(weather);
                load.awaitMore(IDS_IN_BAD_WEATHER);
                links.get(link).turn(Weather.FINE);
                load.awaitMore(IDS_IN_BETWEEN);
            }
        }
        reconcile();
    }

    @Test
    void nothingIsLostOrDecidedTwiceWhenAllLinksAreCutAtOnceAgainAndAgain() throws Exception {
        try (Load load = new Load(edge, promised)) {
            for (int cut = 0; cut < 10; cut++) {
                for (TcpProxy link : links.values()) {
                    link.turn(Weather.CUT);
                    load.awaitMore(IDS_IN_BETWEEN / 5);
                    link.turn(Weather.FINE);
                    load.awaitMore(IDS_IN_BETWEEN / 5);
                }
            }
        }
        reconcile();
    }

    private static void reconcile() throws Exception {
        new Reconciliation(stack, edge, folder.resolve("stack").resolve("edge")).run(promised);
    }
}
