package io.tiergate.cloud.intake;

import static io.tiergate.cloud.testing.Samples.labelled;
import static io.tiergate.cloud.testing.Samples.sample;
import static io.tiergate.cloud.testing.Samples.withoutPayload;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tiergate.cloud.adjudication.EnsembleConfig;
import io.tiergate.cloud.adjudication.EnsembleRunner;
import io.tiergate.cloud.adjudication.Ensembles;
import io.tiergate.cloud.adjudication.SampleJudge;
import io.tiergate.cloud.adjudication.VerdictFactory;
import io.tiergate.cloud.telemetry.CloudMetrics;
import io.tiergate.cloud.testing.FixedEnsembleConfig;
import io.tiergate.cloud.testing.Input;
import io.tiergate.proto.v1.EdgePrediction;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Verdict;
import io.tiergate.runtime.NativeLibraries;
import io.tiergate.testing.TestModels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdjudicatorTest {
    private static final String TENANT = "acme";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path repository;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private Ensembles ensembles;
    private EnsembleRunner runner;
    private Adjudicator adjudicator;

    @BeforeEach
    void load() throws Exception {
        NativeLibraries.installOnnxRuntime(Path.of("target", "native"));
        EnsembleConfig config = FixedEnsembleConfig.withBatchLimit(4);
        ensembles = new Ensembles(config);
        ensembles.load(TestModels.copyTo("tiny", repository));
        runner = new EnsembleRunner(config, new SampleJudge(config, new CloudMetrics(meters)));
        adjudicator = new Adjudicator(runner, new VerdictFactory());
    }

    @AfterEach
    void close() {
        runner.stop(PATIENCE);
        ensembles.close();
    }

    @Test
    void oneBatchHoldsAnswersParkedSamplesAndRejectionsBesideEachOther() {
        EscalatedSample sure = sample(TENANT, Input.SURE_A).build();
        EscalatedSample withoutPayload = withoutPayload(TENANT).build();
        EscalatedSample broken = sample(TENANT, Input.SURE_A).clearPayload().build();
        EscalatedSample reported =
                labelled(sample(TENANT, Input.SURE_A).build(), "a", 0).build();
        EscalatedSample mate = sample(TENANT, Input.SURE_B).build();

        Map<String, Verdict> verdicts = verdicts(sure, withoutPayload, broken, reported, mate);

        assertThat(verdicts).hasSize(4);
        assertThat(verdicts.get(sure.getEscalationId()).getFinal().getLabel()).isEqualTo("a");
        assertThat(verdicts.get(withoutPayload.getEscalationId()).getParked().getReason())
                .isEqualTo("no-payload");
        assertThat(verdicts.get(broken.getEscalationId()).getRejected().getReason())
                .startsWith("payload: unset");
        assertThat(verdicts.get(mate.getEscalationId()).getFinal().getLabel()).isEqualTo("b");
        assertThat(meters.get("tiergate.ensemble.batch.size").summary().totalAmount())
                .as("samples that the ensemble saw")
                .isEqualTo(2);
    }

    @Test
    void theEdgesLabelIsFoundByItsNameSinceTheEdgeMayOrderItsLabelsOtherwise() {
        EscalatedSample sample = withoutPayload(TENANT)
                .setPrediction(EdgePrediction.newBuilder().setLabel("c").setLabelIndex(0))
                .build();

        Verdict.Parked parked = verdicts(sample).get(sample.getEscalationId()).getParked();

        assertThat(parked.getProvisionalLabel()).isEqualTo("c");
        assertThat(parked.getProvisionalLabelIndex()).isEqualTo(2);
    }

    @Test
    void aSampleWithoutPayloadWhoseEdgeHasNoLabelIsParkedWithoutAProvisionalOne() {
        EscalatedSample sample = withoutPayload(TENANT)
                .setPrediction(EdgePrediction.newBuilder().setLabelIndex(-1))
                .build();

        Verdict.Parked parked = verdicts(sample).get(sample.getEscalationId()).getParked();

        assertThat(parked.getReason()).isEqualTo("no-payload");
        assertThat(parked.getProvisionalLabel()).isEmpty();
        assertThat(parked.getProvisionalLabelIndex()).isEqualTo(-1);
    }

    private Map<String, Verdict> verdicts(EscalatedSample... batch) {
        SampleReader reader = new SampleReader(ensembles, TENANT, 1_000_000, 1_000_000);
        return adjudicator
                .findings(Stream.of(batch)
                        .map(sample -> reader.read(record(sample), 8))
                        .toList())
                .await()
                .atMost(PATIENCE)
                .stream()
                .map(Finding::verdict)
                .collect(Collectors.toMap(Verdict::getEscalationId, Function.identity()));
    }

    private static ConsumerRecord<byte[], byte[]> record(EscalatedSample sample) {
        return new ConsumerRecord<>("tiergate.acme.escalations", 1, 7, new byte[] {1}, sample.toByteArray());
    }
}
