package io.tiergate.cloud.adjudication;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.tiergate.cloud.telemetry.CloudMetrics;
import io.tiergate.ensemble.Ensemble;
import io.tiergate.runtime.Tensor;
import io.tiergate.sim.Settings;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** Real ensembles, on simulated threads. */
public final class SimulatedEnsembles {
    /** No member is cut: that would depend on how busy the machine is. */
    private static final EnsembleConfig CONFIG = Settings.of(
            EnsembleConfig.class,
            Map.of(
                    "tiergate.ensemble.threads", "1",
                    "tiergate.ensemble.batch-limit", "8",
                    "tiergate.ensemble.member-deadline", "1h"));

    private SimulatedEnsembles() {}

    public static Ensembles ensembles() {
        return new Ensembles(CONFIG);
    }

    /** Verdicts bear the time of the schedule. */
    public static VerdictFactory verdicts(InstantSource clock) {
        return new VerdictFactory(clock);
    }

    public static EnsembleRunner runner(CloudMetrics metrics) {
        SampleJudge judge = new SampleJudge(CONFIG, metrics);
        return new EnsembleRunner(CONFIG, judge) {
            @Override
            public Uni<List<Judgement>> judge(Ensemble ensemble, List<List<Tensor>> samples) {
                return Uni.createFrom()
                        .item(() -> judge.batches(samples).stream()
                                .flatMap(batch -> judge.judge(ensemble, batch).stream())
                                .toList())
                        .runSubscriptionOn(Infrastructure.getDefaultExecutor());
            }
        };
    }
}
