package io.tiergate.bench.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.tiergate.bench.worker.JsonLines;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The load generator as a process. Commands: {@code {"do":"closed","port":…,"pool":FILE,"connections":4,"in_flight":32,"seconds":6}} and
 * {@code {"do":"open","port":…,"pool":FILE,"connections":4,"rate":500,"seconds":6}}, the second with {@code "deadline_ms"} if wanted.
 */
public final class LoadMain {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    /** Far above any latency that is counted as an answer in time where there is no deadline. */
    private static final Duration NO_DEADLINE = Duration.ofMinutes(2);
    /** So that the first call is not due before it can be sent. */
    private static final Duration START_IN = Duration.ofMillis(20);

    private final Map<Path, SamplePool> pools = new HashMap<>();
    private final EventLoopGroup loops;

    private LoadMain(int eventLoops) {
        this.loops = new NioEventLoopGroup(eventLoops);
    }

    /** @param arguments how many event loops: as few as can make the load, since the server needs the other processors */
    public static void main(String[] arguments) throws IOException {
        LoadMain load = new LoadMain(Integer.parseInt(arguments[0]));
        JsonLines.serve(load::run);
    }

    private ObjectNode run(JsonNode command, AtomicBoolean stopped) throws IOException, InterruptedException {
        Optional<Duration> deadline = command.has("deadline_ms")
                ? Optional.of(Duration.ofMillis(command.get("deadline_ms").asLong()))
                : Optional.empty();
        int connections = command.get("connections").asInt();
        LoadTally tally = new LoadTally(deadline.orElse(NO_DEADLINE));
        try (GrpcTarget target =
                new GrpcTarget(command.get("port").asInt(), connections, loops, pool(command), deadline)) {
            double seconds = command.get("seconds").asDouble();
            switch (command.get("do").asText()) {
                case "closed" ->
                    new ClosedLoop(target, connections, command.get("in_flight").asInt(), tally)
                            .run(seconds, stopped::get);
                case "open" -> {
                    connect(target, connections);
                    var schedule = new ArrivalSchedule(
                            System.nanoTime() + START_IN.toNanos(),
                            command.get("rate").asDouble(),
                            seconds);
                    new OpenLoop(target, connections, Clock.SYSTEM).run(schedule, tally, stopped::get);
                }
                default -> throw new IllegalArgumentException(command + " (expected: closed or open)");
            }
            ObjectNode json = tally.toJson(MAPPER);
            target.firstFailure().ifPresent(failure -> json.put("first_failure", failure));
            return json;
        }
    }

    /** One call on each connection beforehand: what it costs to connect is no latency of an answer. */
    private static void connect(Target target, int connections) throws InterruptedException {
        LoadTally ignored = new LoadTally(NO_DEADLINE);
        for (int i = 0; i < connections; i++) {
            ignored.sent(0);
            target.send(i, i, outcome -> ignored.ended(outcome, 0));
        }
        ignored.awaitLast(Duration.ofSeconds(10));
    }

    private SamplePool pool(JsonNode command) throws IOException {
        Path file = Path.of(command.get("pool").asText());
        SamplePool pool = pools.get(file);
        if (pool == null) {
            pool = SamplePool.read(file);
            pools.put(file, pool);
        }
        return pool;
    }
}
