package io.tiergate.edge.escalation;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.serving.claimcheck.Claim;
import io.tiergate.serving.claimcheck.ClaimStore;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * Brings the payloads of large samples to the object store, the oldest first and one at a time, and leaves claim checks in the ledger in
 * their place, which the relay then sends. A store that is away is tried again with growing pauses; small samples do not wait for it.
 *
 * <p>All of it happens on the thread {@code claim-check}, at the pace of the relay: the link is the same. What is stored twice, because the
 * gateway ended in between, is stored once.
 */
public final class ClaimChecks implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ClaimChecks.class);
    private static final Duration IDLE = Duration.ofSeconds(5);
    private static final Duration LEDGER_PAUSE = Duration.ofSeconds(1);
    private static final Duration LAST_UPLOAD = Duration.ofSeconds(2);

    private final Ledger ledger;
    private final ClaimStore store;
    private final String tenant;
    private final long aboveBytes;
    private final RelayPace pace;
    private final RelayBreaker breaker;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("claim-check").unstarted(this::loop);
    private final Semaphore wakeUp = new Semaphore(0);
    private final AtomicLong samples = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private volatile boolean closed;

    /**
     * @param relay sends what this leaves in the ledger, at the pace of both
     * @param store closed with this
     * @param aboveBytes samples that are larger go by claim check
     */
    public ClaimChecks(Ledger ledger, Relay relay, ClaimStore store, String tenant, long aboveBytes) {
        this.ledger = ledger;
        this.store = store;
        this.tenant = tenant;
        this.aboveBytes = aboveBytes;
        this.pace = relay.pace();
        this.breaker = new RelayBreaker("Claim-check store (" + store + ")", System::nanoTime);
    }

    /** Begins; call it before the relay begins, which would send large samples as they are. Waits for the ledger. */
    public void start() throws IOException {
        try {
            ledger.holdBackAbove(aboveBytes).subscribeAsCompletionStage().join();
        } catch (CompletionException e) {
            throw new IOException("ledger cannot be read: " + e.getCause().getMessage(), e);
        }
        breaker.started();
        ledger.onPending(this::wake);
        thread.start();
    }

    /** How it stands with the store. */
    public RelayState state() {
        RelayState state = breaker.state();
        return state != RelayState.OFF && pace.isClosed() ? RelayState.PAUSED : state;
    }

    /** Samples that wait for their claim check. */
    public int waiting() {
        return ledger.heldBack();
    }

    /** Samples whose payload was stored. */
    public long samples() {
        return samples.get();
    }

    /** Bytes of payloads that were stored. */
    public long bytes() {
        return bytes.get();
    }

    private void wake() {
        // One permit is enough, however many samples have come.
        if (wakeUp.availablePermits() == 0) {
            wakeUp.release();
        }
    }

    private void loop() {
        try {
            while (!closed) {
                Duration pause = next();
                if (pause.isPositive()) {
                    pause(pause);
                }
            }
        } catch (InterruptedException e) {
            // Sent by close(): what is not done is done after the next start.
        }
    }

    /** A new sample ends an idle pause, but none that is meant. */
    private void pause(Duration pause) throws InterruptedException {
        if (pause.equals(IDLE)) {
            boolean unused = wakeUp.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS);
        } else {
            Thread.sleep(pause);
        }
    }

    /** Takes the next sample there, and returns how long to do nothing then. */
    private Duration next() throws InterruptedException {
        OptionalLong oldest = ledger.oldestHeldBack();
        if (oldest.isEmpty()) {
            return IDLE;
        }
        if (ledger.isFailing()) {
            // It could not take the claim check, and the upload would be for nothing.
            return LEDGER_PAUSE;
        }
        Duration pause = pace.pause();
        if (pause.isPositive()) {
            return pause;
        }
        try {
            Optional<LargeSample> sample = ledger.heldBack(oldest.getAsLong())
                    .subscribeAsCompletionStage()
                    .join();
            return sample.isPresent() ? checkIn(sample.get()) : Duration.ZERO;
        } catch (CompletionException e) {
            LOG.warnf(
                    "Ledger refuses a claim check, trying again: %s",
                    e.getCause().getMessage());
            return LEDGER_PAUSE;
        } catch (RuntimeException e) {
            // Nobody else would bring the others.
            LOG.error("A claim check went wrong, trying again", e);
            return LEDGER_PAUSE;
        }
    }

    private Duration checkIn(LargeSample sample) {
        if (breaker.state() == RelayState.OPEN) {
            breaker.tried();
        }
        try {
            EscalatedSample whole = parse(sample.sample());
            byte[] payload = whole.getTensors().toByteArray();
            byte[] record = whole.toBuilder()
                    .setClaimCheck(Claim.of(tenant, payload).toMessage())
                    .build()
                    .toByteArray();
            if (record.length > aboveBytes) {
                give(
                        sample,
                        "too large for a record even without its payload: %d bytes (expected: at most %d, tiergate.relay.claim-check.above)"
                                .formatted(record.length, aboveBytes));
                return Duration.ZERO;
            }
            store(payload);
            breaker.acknowledged();
            samples.incrementAndGet();
            bytes.addAndGet(payload.length);
            ledger.checkedIn(sample.sequence(), record)
                    .subscribeAsCompletionStage()
                    .join();
            return Duration.ZERO;
        } catch (InvalidProtocolBufferException e) {
            give(sample, "cannot be read any more: " + e.getMessage());
            return Duration.ZERO;
        } catch (IOException e) {
            breaker.refused(e);
            return breaker.pause();
        }
    }

    private void store(byte[] payload) throws IOException {
        long begun = System.nanoTime();
        try {
            store.put(tenant, payload);
        } catch (IOException e) {
            // The whole, with every try, would leave nothing to the small samples while the store is away.
            pace.failed(payload.length, Duration.ofNanos(System.nanoTime() - begun));
            throw e;
        }
        pace.spent(payload.length);
    }

    private void give(LargeSample sample, String up) {
        LOG.warnf("Large sample cannot be sent: escalation=%s reason=%s", sample.id(), up);
        ledger.tooLarge(sample, up).subscribeAsCompletionStage().join();
    }

    /** Without a copy of its tensors. */
    private static EscalatedSample parse(byte[] sample) throws IOException {
        CodedInputStream input = UnsafeByteOperations.unsafeWrap(sample).newCodedInput();
        input.enableAliasing(true);
        return EscalatedSample.parseFrom(input);
    }

    /** Stops. An upload that is under way is given little time; it is repeated after the next start. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            boolean unused = thread.join(LAST_UPLOAD);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        store.close();
    }
}
