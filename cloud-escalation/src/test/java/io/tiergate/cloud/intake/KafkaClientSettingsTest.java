package io.tiergate.cloud.intake;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KafkaClientSettingsTest {
    private static final int MEBIBYTE = 1024 * 1024;

    @Test
    void aSixthOfTheHeapHoldsAPollOfTheLargestRecords() {
        assertThat(recordsPerPoll(4096, 8)).isEqualTo(85);
        assertThat(recordsPerPoll(4096, 16)).isEqualTo(42);
    }

    @Test
    void aPollIsNeitherTinyNorHuge() {
        assertThat(recordsPerPoll(64, 16)).isEqualTo(8);
        assertThat(recordsPerPoll(1024 * 1024, 1)).isEqualTo(256);
    }

    private static int recordsPerPoll(long heapMebibytes, int recordMebibytes) {
        return KafkaClientSettings.recordsPerPoll(heapMebibytes * MEBIBYTE, recordMebibytes * MEBIBYTE);
    }
}
