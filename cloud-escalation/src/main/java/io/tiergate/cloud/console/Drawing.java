package io.tiergate.cloud.console;

import com.google.protobuf.InvalidProtocolBufferException;
import io.quarkus.reactive.datasource.ReactiveDataSource;
import io.smallrye.mutiny.Uni;
import io.tiergate.cloud.ServiceIdentity;
import io.tiergate.cloud.display.SampleView;
import io.tiergate.cloud.display.SampleViewer;
import io.tiergate.proto.v1.EscalatedSample;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.NotFoundException;
import java.util.UUID;

/** Draws the samples that people look at. */
@ApplicationScoped
class Drawing {
    private static final String SAMPLE = "SELECT sample FROM parked_sample WHERE tenant = $1 AND escalation_id = $2";

    private final Pool pool;
    private final SampleViewer viewer;
    private final String tenant;

    @Inject
    Drawing(@ReactiveDataSource("review") Pool pool, SampleViewer viewer, ServiceIdentity identity) {
        this.pool = pool;
        this.viewer = viewer;
        this.tenant = identity.tenant();
    }

    /** Fails with {@link NotFoundException} if the sample never waited for a person, or has been erased. */
    Uni<SampleView> of(UUID id) {
        return pool.preparedQuery(SAMPLE)
                .execute(Tuple.of(tenant, id))
                .map(rows -> {
                    if (!rows.iterator().hasNext()) {
                        throw new NotFoundException();
                    }
                    return parsed(rows.iterator().next().getBuffer("sample").getBytes());
                })
                .chain(viewer::view);
    }

    private static EscalatedSample parsed(byte[] bytes) {
        try {
            return EscalatedSample.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a parked sample cannot be read", e);
        }
    }
}
