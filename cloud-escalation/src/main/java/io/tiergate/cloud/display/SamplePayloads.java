package io.tiergate.cloud.display;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tiergate.cloud.ServiceIdentity;
import io.tiergate.cloud.intake.ClaimStores;
import io.tiergate.cloud.intake.FetchConfig;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Tensors;
import io.tiergate.runtime.InvalidTensorException;
import io.tiergate.runtime.Tensor;
import io.tiergate.serving.claimcheck.Claim;
import io.tiergate.serving.claimcheck.ClaimStore;
import io.tiergate.serving.claimcheck.LostObjectException;
import io.tiergate.serving.openinference.TensorCodec;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The tensors of samples, wherever they lie. A store that is away is not waited for: a person looks again later. */
@ApplicationScoped
class SamplePayloads {
    private final Optional<ClaimStore> store;
    private final String tenant;
    private final long mostBytes;

    @Inject
    SamplePayloads(ClaimStores stores, ServiceIdentity identity, FetchConfig config) {
        this(stores.configured(), identity.tenant(), config.maxBytes().asLongValue());
    }

    /**
     * @param mostBytes in a payload that is fetched
     */
    SamplePayloads(Optional<ClaimStore> store, String tenant, long mostBytes) {
        this.store = store;
        this.tenant = tenant;
        this.mostBytes = mostBytes;
    }

    /** Blocks while the payload of a claim check is fetched. */
    List<Tensor> of(EscalatedSample sample) throws UndrawableException {
        try {
            Tensors tensors = sample.hasClaimCheck() ? fetched(sample) : sample.getTensors();
            return tensors.getTensorsList().stream().map(TensorCodec::decode).toList();
        } catch (InvalidTensorException e) {
            throw new UndrawableException(e.getMessage());
        }
    }

    private Tensors fetched(EscalatedSample sample) throws UndrawableException {
        if (store.isEmpty()) {
            throw new UndrawableException(
                    "it lies in a claim-check store, and this cloud has none: set tiergate.claim-check.folder, or a bucket, as at the edge");
        }
        try {
            Claim claim = Claim.of(tenant, sample.getClaimCheck());
            if (claim.sizeBytes() > mostBytes) {
                throw new UndrawableException("it has %d bytes (expected: at most %d, tiergate.claim-check.max-bytes)"
                        .formatted(claim.sizeBytes(), mostBytes));
            }
            return Tensors.parseFrom(store.get().get(claim));
        } catch (InvalidProtocolBufferException e) {
            throw new UndrawableException("what lies in the claim-check store holds no tensors: " + e.getMessage());
        } catch (LostObjectException | IllegalArgumentException e) {
            throw new UndrawableException(e.getMessage());
        } catch (IOException e) {
            throw new UndrawableException("the claim-check store does not answer: " + e.getMessage());
        }
    }
}
