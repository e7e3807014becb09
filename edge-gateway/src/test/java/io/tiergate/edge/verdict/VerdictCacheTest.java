package io.tiergate.edge.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tiergate.edge.escalation.AppliedVerdict;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Verdict;
import io.tiergate.proto.v1.VerdictSource;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VerdictCacheTest {
    private static final String TENANT = "default";
    private static final String MODEL = "sha256:aa";

    private final VerdictCache cache = new VerdictCache(3, 1 << 20);

    @Test
    void aVerdictIsFoundByTenantPackageAndContentAlone() {
        cache.learn(decided("e1", "x", "b", 10, 0));
        assertThat(label("x")).hasValue("b");
        assertThat(label("y")).isEmpty();
        assertThat(cache.find("acme", MODEL, content("x"))).isEmpty();
        assertThat(cache.find(TENANT, "sha256:bb", content("x"))).isEmpty();
    }

    @Test
    void onlyAnEqualOrHigherRankReplacesWhatAnotherEscalationOfTheSameContentGot() {
        cache.learn(decided("e1", "x", "b", 30, 0));
        cache.learn(decided("e2", "x", "c", 10, 9));
        assertThat(label("x")).hasValue("b");
        cache.learn(decided("e3", "x", "a", 30, 0));
        assertThat(cache.find(TENANT, MODEL, content("x")).orElseThrow().escalationId())
                .isEqualTo("e3");
    }

    @Test
    void aRevisionReplacesItsVerdictAndAnOlderOneDoesNot() {
        cache.learn(decided("e1", "x", "b", 20, 1));
        cache.learn(decided("e1", "x", "c", 20, 2));
        cache.learn(decided("e1", "x", "a", 20, 0));
        assertThat(label("x")).hasValue("c");
    }

    @Test
    void whatWasAskedForLongestAgoGoesFirst() {
        cache.learn(decided("e1", "x", "b", 10, 0));
        cache.learn(decided("e2", "y", "b", 10, 0));
        cache.learn(decided("e3", "z", "b", 10, 0));
        assertThat(label("x")).isPresent();
        cache.learn(decided("e4", "w", "b", 10, 0));
        assertThat(cache.size()).isEqualTo(3);
        assertThat(label("y")).isEmpty();
        assertThat(label("x")).isPresent();
    }

    @Test
    void longLabelsTakeTheRoomOfOthers() {
        VerdictCache small = new VerdictCache(1000, 10_000);
        for (int i = 0; i < 100; i++) {
            small.learn(decided("e" + i, "x" + i, "b".repeat(1000), 10, 0));
        }
        assertThat(small.size()).isEqualTo(3);
        small.learn(decided("huge", "x", "b".repeat(10_000), 10, 0));
        assertThat(small.size()).isZero();
        small.learn(decided("after", "x", "b", 10, 0));
        assertThat(small.size()).as("its bytes are given back").isEqualTo(1);
    }

    @Test
    void whatIsAboutAPackageThatHasGoneIsForgotten() {
        cache.learn(decided("e1", "x", "b", 10, 0));
        cache.keep(Set.of(MODEL));
        assertThat(cache.size()).isEqualTo(1);
        cache.keep(Set.of("sha256:bb"));
        assertThat(cache.size()).isZero();
    }

    @Test
    void whatTheLedgerKeepsNoLongerIsForgotten() {
        cache.learn(decided("e1", "x", "b", 10, 0));
        cache.learn(decided("e2", "y", "b", 10, 0));
        cache.forget(Set.of("e1", "e3"));
        assertThat(label("x")).isEmpty();
        assertThat(label("y")).isPresent();
    }

    @Test
    void onlyFinalVerdictsCount() {
        AppliedVerdict applied = decided("e1", "x", "b", 10, 0);
        cache.learn(new AppliedVerdict(
                Verdict.newBuilder()
                        .setEscalationId("e1")
                        .setParked(Verdict.Parked.getDefaultInstance())
                        .build(),
                applied.sample(),
                Optional.empty()));
        assertThat(cache.size()).isZero();
    }

    @Test
    void withoutEntriesNothingIsKept() {
        VerdictCache off = new VerdictCache(0);
        off.learn(decided("e1", "x", "b", 10, 0));
        assertThat(off.size()).isZero();
    }

    private Optional<String> label(String content) {
        return cache.find(TENANT, MODEL, content(content)).map(KnownVerdict::label);
    }

    private static ByteString content(String text) {
        return ByteString.copyFromUtf8(text);
    }

    private static AppliedVerdict decided(String id, String content, String label, int rank, int revision) {
        EscalatedSample.Builder sample =
                EscalatedSample.newBuilder().setTenant(TENANT).setContentDigest(content(content));
        sample.getModelBuilder().setDigest(MODEL);
        return new AppliedVerdict(
                Verdict.newBuilder()
                        .setEscalationId(id)
                        .setFinal(Verdict.Final.newBuilder()
                                .setLabel(label)
                                .setSource(VerdictSource.VERDICT_SOURCE_ENSEMBLE)
                                .setRank(rank)
                                .setRevision(revision))
                        .build(),
                sample.build(),
                Optional.empty());
    }
}
