package io.tiergate.cloud.intake;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tiergate.cloud.ServiceIdentity;
import io.tiergate.cloud.adjudication.Ensembles;
import io.tiergate.cloud.intake.Refusal.Code;
import io.tiergate.ensemble.Ensemble;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.ReportedLabel;
import io.tiergate.proto.v1.Tensors;
import io.tiergate.runtime.DataType;
import io.tiergate.runtime.InvalidTensorException;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;
import io.tiergate.serving.claimcheck.Claim;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/** Decodes and checks escalations and reported labels. Whatever a record holds, reading it never fails: it is then refused. */
@ApplicationScoped
class SampleReader {
    private static final Logger LOG = Logger.getLogger(SampleReader.class);

    private final Ensembles ensembles;
    private final String tenant;
    private final int mostBytes;
    private final long mostClaimedBytes;

    @Inject
    SampleReader(Ensembles ensembles, ServiceIdentity identity, TopicsConfig config, FetchConfig fetching) {
        this(
                ensembles,
                identity.tenant(),
                config.maxEscalationBytes(),
                fetching.maxBytes().asLongValue());
    }

    /**
     * @param mostBytes in a record's value
     * @param mostClaimedBytes in a payload that a record refers to
     */
    SampleReader(Ensembles ensembles, String tenant, int mostBytes, long mostClaimedBytes) {
        this.ensembles = ensembles;
        this.tenant = tenant;
        this.mostBytes = mostBytes;
        this.mostClaimedBytes = mostClaimedBytes;
    }

    /**
     * @param verdictPartitions how many partitions the verdicts topic has
     */
    Reading read(ConsumerRecord<byte[], byte[]> origin, int verdictPartitions) {
        EscalatedSample sample;
        UUID id;
        try {
            sample = decode(origin.value());
            id = id(sample);
            requireSite(sample);
            if (!sample.hasReportedLabel()) {
                requireReplyPartition(sample, verdictPartitions);
            }
        } catch (RefusedSampleException e) {
            return new Reading.Unanswerable(origin, e.refusal());
        }
        return sample.hasReportedLabel() ? report(origin, id, sample) : question(origin, id, sample);
    }

    private Reading question(ConsumerRecord<byte[], byte[]> origin, UUID id, EscalatedSample sample) {
        try {
            requireBearable(origin.value());
            Ensemble ensemble = ensemble(sample);
            requirePayload(sample);
            requireKnownLabel(sample, ensemble);
            return sample.hasClaimCheck()
                    ? new Reading.Claimed(origin, id, sample, ensemble, claim(sample))
                    : payload(origin, id, sample, ensemble);
        } catch (RefusedSampleException e) {
            return new Reading.Refused(origin, id, sample, e.refusal());
        } catch (RuntimeException e) {
            return new Reading.Refused(origin, id, sample, unforeseen(id, e));
        }
    }

    private static Reading payload(
            ConsumerRecord<byte[], byte[]> origin, UUID id, EscalatedSample sample, Ensemble ensemble)
            throws RefusedSampleException {
        return sample.getTensors().getTensorsCount() == 0
                ? new Reading.WithoutPayload(origin, id, sample, ensemble)
                : new Reading.Question(origin, id, sample, ensemble, inputs(sample, ensemble));
    }

    /**
     * What a sample turns out to be once its payload is there.
     *
     * @param payload the bytes that were claimed
     */
    Reading fetched(Reading.Claimed claimed, byte[] payload) {
        try {
            return payload(claimed.origin(), claimed.id(), whole(claimed.sample(), payload), claimed.ensemble());
        } catch (RefusedSampleException e) {
            return refused(claimed, e.refusal());
        } catch (RuntimeException e) {
            return refused(claimed, unforeseen(claimed.id(), e));
        }
    }

    static Reading refused(Reading.Claimed claimed, Refusal refusal) {
        return new Reading.Refused(claimed.origin(), claimed.id(), claimed.sample(), refusal);
    }

    private static EscalatedSample whole(EscalatedSample sample, byte[] payload) throws RefusedSampleException {
        try {
            return sample.toBuilder()
                    .setTensors(Tensors.parseFrom(payload).toBuilder().setFetchedFrom(sample.getClaimCheck()))
                    .build();
        } catch (InvalidProtocolBufferException e) {
            throw new RefusedSampleException(
                    Code.CLAIM_CHECK,
                    "claim_check: object %s holds no Tensors: %s"
                            .formatted(sample.getClaimCheck().getUri(), e.getMessage()));
        }
    }

    private Reading report(ConsumerRecord<byte[], byte[]> origin, UUID id, EscalatedSample sample) {
        try {
            requireBearable(origin.value());
            Ensemble ensemble = ensemble(sample);
            if (sample.hasClaimCheck()) {
                // Not fetched: its retraining record says where it is. But that must be sound.
                claim(sample);
            }
            requireSoundReport(sample.getReportedLabel(), ensemble);
            return new Reading.Reported(origin, id, sample, ensemble);
        } catch (RefusedSampleException e) {
            return new Reading.Unanswerable(origin, e.refusal());
        } catch (RuntimeException e) {
            return new Reading.Unanswerable(origin, unforeseen(id, e));
        }
    }

    /** One strange record must not stop all that come after it. */
    private static Refusal unforeseen(UUID id, RuntimeException failure) {
        LOG.errorf(failure, "Checking an escalation failed: escalation=%s", id);
        return new Refusal(Code.INTERNAL, "could not be checked: " + failure);
    }

    private static EscalatedSample decode(byte[] value) throws RefusedSampleException {
        if (value == null) {
            throw new RefusedSampleException(Code.UNREADABLE, "the record has no value (expected: an EscalatedSample)");
        }
        try {
            return EscalatedSample.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            throw new RefusedSampleException(Code.UNREADABLE, "the value is no EscalatedSample: " + e.getMessage());
        }
    }

    private static UUID id(EscalatedSample sample) throws RefusedSampleException {
        String text = sample.getEscalationId();
        try {
            UUID id = UUID.fromString(text);
            // The parser is lenient: it takes 1-1-1-1-1 for a UUID too.
            if (id.toString().equalsIgnoreCase(text)) {
                return id;
            }
        } catch (IllegalArgumentException e) {
            // Told below.
        }
        throw new RefusedSampleException(Code.ADDRESS, "escalation_id: '" + text + "' (expected: a UUID)");
    }

    private static void requireSite(EscalatedSample sample) throws RefusedSampleException {
        if (sample.getSite().isBlank()) {
            throw new RefusedSampleException(Code.ADDRESS, "site: empty (expected: the site's id)");
        }
    }

    private static void requireReplyPartition(EscalatedSample sample, int verdictPartitions)
            throws RefusedSampleException {
        int partition = sample.getReplyPartition();
        if (partition < 0 || partition >= verdictPartitions) {
            throw new RefusedSampleException(
                    Code.REPLY_PARTITION,
                    "reply_partition: %d (expected: 0 to %d, the partitions of the verdicts topic)"
                            .formatted(partition, verdictPartitions - 1));
        }
    }

    /** The topic's own limit counts compressed bytes, of which a few can stand for very many. */
    private void requireBearable(byte[] value) throws RefusedSampleException {
        if (value.length > mostBytes) {
            throw new RefusedSampleException(
                    Code.TOO_LARGE,
                    "value: %d bytes (expected: at most %d once decompressed). Send less, or raise tiergate.kafka.max-escalation-bytes in the cloud."
                            .formatted(value.length, mostBytes));
        }
    }

    private Ensemble ensemble(EscalatedSample sample) throws RefusedSampleException {
        if (!sample.getTenant().equals(tenant)) {
            throw new RefusedSampleException(
                    Code.ADDRESS,
                    "tenant: '%s' (expected: %s, as in the topic's name)".formatted(sample.getTenant(), tenant));
        }
        return ensembles
                .find(sample.getEnsemble())
                .orElseThrow(() -> new RefusedSampleException(
                        Code.ENSEMBLE,
                        "ensemble: '%s' is not served (served: %s)"
                                .formatted(sample.getEnsemble(), String.join(", ", ensembles.names()))));
    }

    private static void requirePayload(EscalatedSample sample) throws RefusedSampleException {
        if (!sample.hasTensors() && !sample.hasClaimCheck()) {
            throw new RefusedSampleException(Code.PAYLOAD, "payload: unset (expected: tensors or a claim check)");
        }
    }

    private Claim claim(EscalatedSample sample) throws RefusedSampleException {
        try {
            Claim claim = Claim.of(tenant, sample.getClaimCheck());
            if (claim.sizeBytes() > mostClaimedBytes) {
                throw new RefusedSampleException(
                        Code.TOO_LARGE,
                        "claim_check.size_bytes: %d (expected: at most %d). Send less, or raise tiergate.claim-check.max-bytes in the cloud."
                                .formatted(claim.sizeBytes(), mostClaimedBytes));
            }
            return claim;
        } catch (IllegalArgumentException e) {
            throw new RefusedSampleException(Code.CLAIM_CHECK, e.getMessage());
        }
    }

    private static List<Tensor> inputs(EscalatedSample sample, Ensemble ensemble) throws RefusedSampleException {
        try {
            List<Tensor> given = sample.getTensors().getTensorsList().stream()
                    .map(SampleReader::tensor)
                    .toList();
            List<Tensor> inputs =
                    ensemble.signature().arrange(ensemble.manifest().name(), given);
            requireSingle(inputs.get(0));
            return inputs;
        } catch (InvalidTensorException e) {
            throw new RefusedSampleException(Code.TENSOR, e.getMessage());
        }
    }

    private static Tensor tensor(io.tiergate.proto.v1.Tensor message) {
        return Tensor.of(
                message.getName(),
                DataType.parse(message.getName(), message.getDatatype()),
                Shape.of(message.getShapeList()),
                message.getData().asReadOnlyByteBuffer());
    }

    private static void requireSingle(Tensor input) {
        if (input.shape().size(0) != 1) {
            throw new InvalidTensorException("%s: batch of %d rows (expected: 1, an escalation is one sample)"
                    .formatted(input.name(), input.shape().size(0)));
        }
    }

    private static void requireKnownLabel(EscalatedSample sample, Ensemble ensemble) throws RefusedSampleException {
        String label = sample.getPrediction().getLabel();
        if (!label.isEmpty()) {
            requireKnownLabel("prediction.label", label, ensemble);
        }
    }

    private static void requireSoundReport(ReportedLabel report, Ensemble ensemble) throws RefusedSampleException {
        requireKnownLabel("reported_label.label", report.getLabel(), ensemble);
        if (report.getRevision() < 0) {
            throw new RefusedSampleException(
                    Code.LABEL, "reported_label.revision: %d (expected: 0 or more)".formatted(report.getRevision()));
        }
    }

    private static void requireKnownLabel(String field, String label, Ensemble ensemble) throws RefusedSampleException {
        if (!ensemble.manifest().labels().contains(label)) {
            throw new RefusedSampleException(
                    Code.LABEL,
                    "%s: '%s' (expected: one of %s, the labels of ensemble '%s')"
                            .formatted(
                                    field,
                                    label,
                                    ensemble.manifest().labels(),
                                    ensemble.manifest().name()));
        }
    }
}
