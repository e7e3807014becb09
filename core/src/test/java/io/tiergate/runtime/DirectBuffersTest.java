package io.tiergate.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class DirectBuffersTest {
    /** Nothing else asks for it. */
    private static final int ODD_SIZE = 1_234_567;

    @Test
    void whatIsLeftIsTakenByTheNextWhoNeedsItsSizeAndByNobodyElse() {
        ByteBuffer left = DirectBuffers.take(ODD_SIZE);
        assertThat(left.isDirect()).isTrue();
        assertThat(left.order()).isEqualTo(ByteOrder.nativeOrder());
        DirectBuffers.leave(left);
        assertThat(DirectBuffers.take(ODD_SIZE + 1)).isNotSameAs(left);
        assertThat(DirectBuffers.take(ODD_SIZE)).isSameAs(left);
        assertThat(DirectBuffers.take(ODD_SIZE)).as("it is taken").isNotSameAs(left);
    }

    @Test
    void noMoreIsKeptThanTheLimit() {
        int most = 32 << 20;
        ByteBuffer large = DirectBuffers.take(most + 1);
        DirectBuffers.leave(large);
        assertThat(DirectBuffers.take(most + 1)).isNotSameAs(large);
    }
}
