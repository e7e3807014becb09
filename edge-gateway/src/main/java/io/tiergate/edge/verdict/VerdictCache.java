package io.tiergate.edge.verdict;

import com.google.protobuf.ByteString;
import io.tiergate.edge.escalation.AppliedVerdict;
import io.tiergate.proto.v1.EscalatedSample;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * The final verdicts of this gateway's ledger by what they are about: a sample that was decided before need not be asked about again.
 * Bounded in entries and in bytes; what was not asked for longest goes first. It never looks at the disk. Safe on every thread.
 */
public final class VerdictCache {
    /** What a verdict is about: the same content, as the same package sees it, of the same tenant. */
    private record Content(String tenant, String modelDigest, ByteString contentDigest) {}

    /** About what an entry takes beside its label: key, value, ids, digests and their place in the map. */
    private static final long ENTRY_BYTES = 512;

    private final int maxEntries;
    private final long maxBytes;
    private final Map<Content, KnownVerdict> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /**
     * @param maxEntries 0: nothing is kept or found
     */
    public VerdictCache(int maxEntries) {
        this(maxEntries, Math.min(16L << 20, Runtime.getRuntime().maxMemory() / 64));
    }

    VerdictCache(int maxEntries, long maxBytes) {
        this.maxEntries = maxEntries;
        this.maxBytes = maxBytes;
    }

    /**
     * The verdict about a content.
     *
     * @param modelDigest of the package that is unsure
     * @param contentDigest as {@link EscalatedSample#getContentDigest} has it
     */
    public synchronized Optional<KnownVerdict> find(String tenant, String modelDigest, ByteString contentDigest) {
        return Optional.ofNullable(entries.get(new Content(tenant, modelDigest, contentDigest)));
    }

    /** Takes what has changed in the ledger, if it is a final verdict. */
    public synchronized void learn(AppliedVerdict applied) {
        EscalatedSample sample = applied.sample();
        // A ledger of an early format does not say what was asked about.
        if (maxEntries == 0
                || !applied.verdict().hasFinal()
                || sample.getContentDigest().isEmpty()) {
            return;
        }
        put(
                new Content(sample.getTenant(), sample.getModel().getDigest(), sample.getContentDigest()),
                KnownVerdict.of(
                        applied.verdict().getEscalationId(), applied.verdict().getFinal()));
    }

    private void put(Content content, KnownVerdict verdict) {
        KnownVerdict known = entries.get(content);
        if (known != null && !known.yieldsTo(verdict)) {
            return;
        }
        bytes += sizeBytes(verdict) - (known == null ? 0 : sizeBytes(known));
        entries.put(content, verdict);
        while (entries.size() > maxEntries || bytes > maxBytes) {
            var eldest = entries.entrySet().iterator();
            bytes -= sizeBytes(eldest.next().getValue());
            eldest.remove();
        }
    }

    /** Forgets what is about packages that are not served any more. */
    public void keep(Set<String> modelDigests) {
        forget((content, verdict) -> !modelDigests.contains(content.modelDigest()));
    }

    /** Forgets the verdicts of escalations that the ledger keeps no longer: an id that answers can be asked for. */
    public void forget(Set<String> escalationIds) {
        forget((content, verdict) -> escalationIds.contains(verdict.escalationId()));
    }

    private synchronized void forget(BiPredicate<Content, KnownVerdict> which) {
        var each = entries.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<Content, KnownVerdict> entry = each.next();
            if (which.test(entry.getKey(), entry.getValue())) {
                bytes -= sizeBytes(entry.getValue());
                each.remove();
            }
        }
    }

    /** Number of contents whose verdict is known. */
    synchronized int size() {
        return entries.size();
    }

    private static long sizeBytes(KnownVerdict verdict) {
        return ENTRY_BYTES + 2L * verdict.label().length();
    }
}
