package io.tiergate.edge.escalation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tiergate.proto.v1.ReportedLabel;
import java.util.List;
import org.junit.jupiter.api.Test;

class RelayWindowTest {
    private final RelayWindow window = new RelayWindow();

    @Test
    void goesOnBehindWhatWasClaimed() {
        assertThat(window.claim(window.start(), List.of(record(1), record(2)))).hasSize(2);
        assertThat(window.start().sample()).isEqualTo(2);
    }

    @Test
    void claimsNothingTwice() {
        window.claim(window.start(), List.of(record(1), record(2)));
        assertThat(window.claim(RelayWindow.Start.OLDEST, List.of(record(1), record(2), record(3))))
                .containsExactly(record(3));
    }

    @Test
    void aRefusedRecordIsReadAgain() {
        window.claim(window.start(), List.of(record(1), record(2), record(3)));
        window.refused(record(2));
        assertThat(window.start().sample()).isEqualTo(1);
        assertThat(window.claim(window.start(), List.of(record(2), record(3)))).containsExactly(record(2));
    }

    @Test
    void aRefusalWhileAPageIsReadIsNotPassedOverByThatPage() {
        window.claim(window.start(), List.of(record(1), record(2)));
        RelayWindow.Start reading = window.start();
        window.refused(record(1));
        window.claim(reading, List.of(record(3)));
        assertThat(window.start().sample())
                .as("behind nothing that is still to be sent")
                .isZero();
    }

    @Test
    void refusalsInAnyOrderLeadBackToTheOldest() {
        window.claim(window.start(), List.of(record(1), record(2), record(3), record(4)));
        window.refused(record(4));
        window.refused(record(2));
        window.refused(record(3));
        assertThat(window.start().sample()).isEqualTo(1);
    }

    @Test
    void labelsAndSamplesHaveAnOrderEach() {
        PendingRecord label = label(1);
        window.claim(window.start(), List.of(label));
        window.claim(window.start(), List.of(record(1), record(2)));
        assertThat(window.claim(RelayWindow.Start.OLDEST, List.of(label, record(1))))
                .as("both with number 1, both under way")
                .isEmpty();
        window.refused(label);
        assertThat(window.start().label()).isZero();
        assertThat(window.start().sample()).isEqualTo(2);
    }

    @Test
    void isFullByBytesUntilRecordsAreDone() {
        PendingRecord large = new PendingRecord.Sample(1, "id", 1, ByteString.copyFrom(new byte[17 << 20]));
        window.claim(window.start(), List.of(large));
        assertThat(window.isFull()).isTrue();
        window.done(large);
        assertThat(window.isFull()).isFalse();
        assertThat(window.isEmpty()).isTrue();
    }

    private static PendingRecord label(long number) {
        return new PendingRecord.Label(
                number, 7, "id-7", 1, ByteString.copyFromUtf8("sample"), ReportedLabel.getDefaultInstance());
    }

    private static PendingRecord record(long sequence) {
        return new PendingRecord.Sample(sequence, "id-" + sequence, 1, ByteString.copyFromUtf8("sample"));
    }
}
