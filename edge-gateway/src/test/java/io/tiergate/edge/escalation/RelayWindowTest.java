package io.tiergate.edge.escalation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tiergate.proto.v1.ReportedLabel;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RelayWindowTest {
    private final RelayWindow window = new RelayWindow();

    @Test
    void claimsNothingTwice() {
        window.claim(List.of(record(1), record(2)));
        assertThat(window.claim(List.of(record(1), record(2), record(3)))).containsExactly(record(3));
    }

    @Test
    void aPageIsAskedForWithoutWhatIsUnderWay() {
        window.claim(List.of(record(1), record(2)));
        PageRequest page = window.page(10, 1000);
        assertThat(page.isTakenSample(1)).isTrue();
        assertThat(page.isTakenSample(3)).isFalse();
        assertThat(page.reach(10)).isEqualTo(12);
        assertThat(page.turn()).isEqualTo(2);
    }

    @Test
    void aRefusedRecordIsTakenAgain() {
        window.claim(List.of(record(1), record(2), record(3)));
        window.refused(record(2));
        assertThat(window.page(10, 1000).isTakenSample(2)).isFalse();
        assertThat(window.claim(List.of(record(2), record(3)))).containsExactly(record(2));
    }

    @Test
    void whatIsSettledWhileAPageIsReadDoesNotComeAgainWithThatPage() {
        window.claim(List.of(record(1)));
        PageRequest reading = window.page(10, 1000);
        window.done(record(1));
        assertThat(reading.isTakenSample(1)).isTrue();
        assertThat(window.claim(List.of(record(1)))).isEmpty();
        assertThat(window.page(10, 1000).isTakenSample(1))
                .as("asked about again, it has to be sent again")
                .isFalse();
    }

    @Test
    void whatCouldNotBeNotedComesAgainOnceNotesAreMade() {
        window.claim(List.of(record(1)));
        window.unnoted(record(1));
        assertThat(window.isEmpty()).isTrue();
        assertThat(window.page(10, 1000).isTakenSample(1)).isTrue();
        window.notesAreMade();
        assertThat(window.page(10, 1000).isTakenSample(1)).isFalse();
    }

    @Test
    void isFullWhenTooMuchCouldNotBeNoted() {
        List<PendingRecord> records =
                LongStream.range(0, 10_000).mapToObj(RelayWindowTest::record).toList();
        window.claim(records);
        records.forEach(window::unnoted);
        assertThat(window.isFull()).isTrue();
        window.notesAreMade();
        assertThat(window.isFull()).isFalse();
    }

    @Test
    void labelsAndSamplesHaveNumbersOfTheirOwn() {
        PendingRecord label = label(1);
        window.claim(List.of(label));
        assertThat(window.claim(List.of(record(1)))).containsExactly(record(1));
        assertThat(window.page(10, 1000).turn()).as("labels take no turn").isEqualTo(1);
        window.refused(label);
        assertThat(window.page(10, 1000).isTakenLabel(1)).isFalse();
        assertThat(window.page(10, 1000).isTakenSample(1)).isTrue();
    }

    @Test
    void isFullByBytesUntilRecordsAreDone() {
        PendingRecord large = new PendingRecord.Sample(1, "id", 1, ByteString.copyFrom(new byte[17 << 20]));
        window.claim(List.of(large));
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
