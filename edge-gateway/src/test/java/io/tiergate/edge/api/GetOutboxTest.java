package io.tiergate.edge.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.proto.v1.GetOutboxRequest;
import io.tiergate.proto.v1.OutboxStatus;
import io.tiergate.proto.v1.RelayState;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GetOutboxTest {
    @TempDir
    Path folder;

    private RunningGateway gateway;

    @BeforeEach
    void start() throws IOException {
        gateway = new RunningGateway(folder);
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void tellsWhatBecameOfWhatWasPromisedAndHowFullItIs() {
        gateway.escalate("tiny-edge");
        gateway.park(gateway.escalate("tiny-edge"));
        gateway.decide(gateway.escalate("tiny-edge"), "a");
        OutboxStatus status = ask();
        assertThat(status.getEscalated()).isEqualTo(3);
        assertThat(status.getPending()).isEqualTo(1);
        assertThat(status.getParked()).isEqualTo(1);
        assertThat(status.getVerdict()).isEqualTo(1);
        assertThat(status.getBytes()).isPositive();
        assertThat(status.getCapacityBytes()).isEqualTo(1_000_000);
        assertThat(status.hasOldest()).isTrue();
        assertThat(status.getDiskFailing()).isFalse();
        assertThat(status.getRelay()).as("there is no broker").isEqualTo(RelayState.RELAY_STATE_OFF);
        assertThat(status.hasNextTryIn()).isFalse();
    }

    @Test
    void ofAnEmptyOutboxThereIsNoOldest() {
        gateway.decide(gateway.escalate("tiny-edge"), "a");
        assertThat(ask().hasOldest()).isFalse();
    }

    private OutboxStatus ask() {
        Recorder<OutboxStatus> reply = new Recorder<>();
        gateway.asyncClient().getOutbox(GetOutboxRequest.getDefaultInstance(), reply);
        reply.end().join();
        return reply.received().get(0);
    }
}
