package io.tiergate.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.cloud.adjudication.Ensembles;
import io.tiergate.cloud.adjudication.SimulatedEnsembles;
import io.tiergate.runtime.NativeLibraries;
import io.tiergate.testing.TestModels;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Edge and cloud as they run in production, in schedules that chance has made. See docs/testing.md for how to run more of them, or one
 * again.
 */
class SimulatorTest {
    /** Thousands of schedules, full of faults, would say too much; one says all. */
    private static final Logger LOGGER = Logger.getLogger("io.tiergate");

    private static final Logger SQLITE = Logger.getLogger("org.sqlite");

    @TempDir
    static Path repository;

    private static Ensembles ensembles;

    @BeforeAll
    static void load() throws Exception {
        SimulatedThreads.install();
        NativeLibraries.installOnnxRuntime(Path.of("target", "native"));
        ensembles = SimulatedEnsembles.ensembles();
        ensembles.load(TestModels.copyTo("tiny", repository));
        Level level = Long.getLong("tiergate.sim.seed") == null ? Level.OFF : Level.ALL;
        LOGGER.setLevel(level);
        SQLITE.setLevel(Level.OFF);
    }

    @AfterAll
    static void close() {
        ensembles.close();
    }

    @Test
    void keepsEveryPromiseWhateverHappens() throws Exception {
        Long only = Long.getLong("tiergate.sim.seed");
        long first = only != null ? only : Long.getLong("tiergate.sim.from", 1);
        long count = only != null ? 1 : Long.getLong("tiergate.sim.schedules", 2000);
        long begun = System.nanoTime();
        AtomicLong next = new AtomicLong(first);
        int threads = Runtime.getRuntime().availableProcessors();
        try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                running.add(workers.submit(() -> {
                    for (long seed = next.getAndIncrement(); seed < first + count; seed = next.getAndIncrement()) {
                        try {
                            run(seed);
                        } catch (Throwable e) {
                            next.set(first + count);
                            throw e;
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        }
        System.out.printf(
                "Simulated %d schedules from seed %d on %d threads: %.0f a minute%n",
                count, first, threads, count * 60e9 / (System.nanoTime() - begun));
    }

    /** Each of these once broke a promise, or a test's idea of one. */
    @ParameterizedTest
    @CsvSource({
        "68, nothing was read any more once a read had failed",
        "18, the inbox never began where its first question failed",
        "3805, an answer was deleted before its question had gone out again as a copy: only asking again brings it"
    })
    void keepsThePromiseThatItOnceBroke(long seed, String bug) throws Exception {
        run(seed);
    }

    @Test
    void oneSeedIsOneSchedule() throws Exception {
        for (long seed = 1; seed <= 20; seed++) {
            assertThat(run(seed)).as("seed %d", seed).isEqualTo(run(seed));
        }
    }

    /** What a violation says begins with the seed. */
    private static long run(long seed) throws SQLException {
        try (World world = new World(seed, ensembles)) {
            try {
                return world.run();
            } catch (Violation | RuntimeException e) {
                throw new AssertionError("-Dtiergate.sim.seed=%d: %s (%s)".formatted(seed, e.getMessage(), world), e);
            }
        }
    }
}
