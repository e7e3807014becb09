package io.tiergate.edge.escalation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.List;
import org.junit.jupiter.api.Test;

class RelayWindowTest {
    private final RelayWindow window = new RelayWindow();

    @Test
    void goesOnBehindWhatWasClaimed() {
        assertThat(window.claim(window.start(), List.of(record(1), record(2)))).hasSize(2);
        assertThat(window.start().position()).isEqualTo(2);
    }

    @Test
    void claimsNothingTwice() {
        window.claim(window.start(), List.of(record(1), record(2)));
        assertThat(window.claim(new RelayWindow.Start(0, 0), List.of(record(1), record(2), record(3))))
                .extracting(PendingRecord::sequence)
                .containsExactly(3L);
    }

    @Test
    void aRefusedRecordIsReadAgain() {
        window.claim(window.start(), List.of(record(1), record(2), record(3)));
        window.refused(record(2));
        assertThat(window.start().position()).isEqualTo(1);
        assertThat(window.claim(window.start(), List.of(record(2), record(3))))
                .extracting(PendingRecord::sequence)
                .containsExactly(2L);
    }

    @Test
    void aRefusalWhileAPageIsReadIsNotPassedOverByThatPage() {
        window.claim(window.start(), List.of(record(1), record(2)));
        RelayWindow.Start reading = window.start();
        window.refused(record(1));
        window.claim(reading, List.of(record(3)));
        assertThat(window.start().position())
                .as("behind nothing that is still to be sent")
                .isZero();
    }

    @Test
    void refusalsInAnyOrderLeadBackToTheOldest() {
        window.claim(window.start(), List.of(record(1), record(2), record(3), record(4)));
        window.refused(record(4));
        window.refused(record(2));
        window.refused(record(3));
        assertThat(window.start().position()).isEqualTo(1);
    }

    @Test
    void isFullByBytesUntilRecordsAreDone() {
        PendingRecord large = new PendingRecord(1, "id", 1, ByteString.copyFrom(new byte[17 << 20]));
        window.claim(window.start(), List.of(large));
        assertThat(window.isFull()).isTrue();
        window.done(large);
        assertThat(window.isFull()).isFalse();
        assertThat(window.isEmpty()).isTrue();
    }

    private static PendingRecord record(long sequence) {
        return new PendingRecord(sequence, "id-" + sequence, 1, ByteString.copyFromUtf8("sample"));
    }
}
