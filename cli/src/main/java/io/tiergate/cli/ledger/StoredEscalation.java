package io.tiergate.cli.ledger;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.EscalationState;
import io.tiergate.proto.v1.Purpose;
import io.tiergate.proto.v1.ReportedLabel;
import io.tiergate.proto.v1.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One escalation with all that lies about it in the ledger, and the rules that hold for it.
 *
 * @param purpose as in {@link Purpose}
 * @param attempt how often it was to be sent; 1 for the first time
 * @param envelope the sample without its tensors; empty in ledgers of the first format
 * @param verdict empty without
 * @param payload the sample; empty once it has ended
 * @param label that was reported and waits to be sent; empty without
 */
record StoredEscalation(
        long sequence,
        String id,
        int state,
        int purpose,
        int attempt,
        Optional<ByteString> envelope,
        Optional<ByteString> verdict,
        Optional<ByteString> payload,
        Optional<ByteString> label) {

    /** What is wrong with it in itself; its events are another matter. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (!Words.isState(state)) {
            problems.add("has state " + state + ", which there is not");
        }
        if (purpose != Purpose.PURPOSE_ESCALATED_VALUE && purpose != Purpose.PURPOSE_AUDITED_VALUE) {
            problems.add("was promised for purpose " + purpose + ", which there is not");
        }
        if (envelope.isPresent() && !isSampleOf(envelope.get(), id)) {
            problems.add("has an envelope that cannot be read or is another's");
        }
        payloadProblem().ifPresent(problems::add);
        if (verdict.isEmpty() && state == EscalationState.ESCALATION_STATE_VERDICT_VALUE) {
            problems.add("has no verdict");
        }
        if (verdict.isPresent() && !isVerdict(verdict.get())) {
            problems.add("has a verdict that cannot be read");
        }
        if (label.isPresent() && (!isLabel(label.get()) || envelope.isEmpty())) {
            problems.add("has a label to be sent that cannot be read, or nothing to send it with");
        }
        return problems;
    }

    private Optional<String> payloadProblem() {
        if (payload.isEmpty()) {
            // What has been sent can do without: for want of room its payload goes first, and its envelope asks again.
            boolean wasSent = attempt > 1 && envelope.isPresent();
            return state == EscalationState.ESCALATION_STATE_PENDING_VALUE && !wasSent
                    ? Optional.of("has no payload")
                    : Optional.empty();
        }
        if (Words.isState(state) && !Words.isOpen(state) && label.isEmpty()) {
            return Optional.of("still has its payload, which nothing needs");
        }
        return isSampleOf(payload.get(), id)
                ? Optional.empty()
                : Optional.of("has a payload that cannot be read or is another's");
    }

    /** Whether it is asked about again, so that its state may lie before the one that was told last. */
    boolean isAskedAgain() {
        return attempt > 1
                && (state == EscalationState.ESCALATION_STATE_PENDING_VALUE
                        || state == EscalationState.ESCALATION_STATE_SENT_VALUE);
    }

    static boolean isSampleOf(ByteString stored, String id) {
        try {
            return EscalatedSample.parseFrom(stored).getEscalationId().equals(id);
        } catch (InvalidProtocolBufferException e) {
            return false;
        }
    }

    static boolean isVerdict(ByteString stored) {
        try {
            return Verdict.Final.parseFrom(stored).isInitialized();
        } catch (InvalidProtocolBufferException e) {
            return false;
        }
    }

    static boolean isLabel(ByteString stored) {
        try {
            return ReportedLabel.parseFrom(stored).isInitialized();
        } catch (InvalidProtocolBufferException e) {
            return false;
        }
    }
}
