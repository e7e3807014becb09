package io.tiergate.edge.inference;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.tiergate.edge.EdgeConfig;
import io.tiergate.edge.escalation.Ledger;
import io.tiergate.edge.escalation.LedgerUnavailableException;
import io.tiergate.edge.escalation.NewEscalation;
import io.tiergate.edge.verdict.VerdictWaiters;
import io.tiergate.gate.Assessment;
import io.tiergate.gate.Gate;
import io.tiergate.gate.GateDecision;
import io.tiergate.model.EdgeManifest;
import io.tiergate.proto.v1.Purpose;
import io.tiergate.proto.v1.Verdict;
import io.tiergate.runtime.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The way of one call: run the edge model, gate every row, promise what is escalated, answer. Nothing in it waits for the
 * network, except a caller who asked to wait for a verdict.
 */
public final class Gateway {
    /** A row that has been gated, before anything was promised. */
    private record Gated(Assessment edge, GateDecision decision, Optional<NewEscalation> escalation) {}

    private final InferencePool pool;
    private final Ledger ledger;
    private final VerdictWaiters waiters;
    private final SampleRecords records;
    private final Duration maxWait;

    private Gateway(
            InferencePool pool, Ledger ledger, VerdictWaiters waiters, SampleRecords records, Duration maxWait) {
        this.pool = pool;
        this.ledger = ledger;
        this.waiters = waiters;
        this.records = records;
        this.maxWait = maxWait;
    }

    /**
     * Puts a gateway together.
     *
     * @param replyPartition the partition of the verdicts topic on which this edge listens
     * @param maxWait longest time that a call may wait for its verdicts
     */
    public static Gateway create(
            InferencePool pool,
            Ledger ledger,
            VerdictWaiters waiters,
            EdgeConfig site,
            int replyPartition,
            Duration maxWait) {
        return new Gateway(pool, ledger, waiters, new SampleRecords(site, replyPartition), maxWait);
    }

    /**
     * Answers a call.
     *
     * @param inputs as {@link io.tiergate.runtime.Signature#arrange} leaves them
     * @param wanted names of the outputs to return, each one of the model's
     * @return fails with {@link QueueFullException} at once if too many calls wait, and with
     *     {@link io.tiergate.runtime.InferenceException} if the model fails
     */
    public Uni<Answer> answer(ServedModel model, List<Tensor> inputs, List<String> wanted, CallOptions options) {
        if (model.gate().isEmpty()) {
            return pool.run(() -> new Answer(model, model.model().session().run(inputs, wanted), List.of()));
        }
        Gate gate = model.gate().get();
        Set<String> outputs = new LinkedHashSet<>(wanted);
        outputs.add(model.manifest().outputName());
        model.manifest()
                .escalation()
                .flatMap(EdgeManifest.Escalation::payloadOutput)
                .ifPresent(outputs::add);
        return pool.run(() -> model.model().session().run(inputs, outputs)).chain(results -> {
            List<Gated> rows = gateRows(model, gate, inputs, results, options);
            return promise(model, rows, options).map(samples -> new Answer(model, select(results, wanted), samples));
        });
    }

    private List<Gated> gateRows(
            ServedModel model, Gate gate, List<Tensor> inputs, List<Tensor> outputs, CallOptions options) {
        Tensor scores = named(outputs, model.manifest().outputName());
        boolean batched = model.signature().hasBatchDimension();
        int rows = batched ? (int) inputs.get(0).shape().size(0) : 1;
        int classes = (int) (scores.shape().elements(scores.name()) / rows);
        List<Gated> gated = new ArrayList<>(rows);
        for (int row = 0; row < rows; row++) {
            Assessment edge = assess(model, scores.rowOfDoubles(row, classes));
            GateDecision decision = gate.decide(edge, options.gate());
            gated.add(new Gated(
                    edge, decision, escalation(model, inputs, outputs, batched ? row : -1, edge, decision, options)));
        }
        return gated;
    }

    private static Assessment assess(ServedModel model, double[] raw) {
        Assessment edge = model.manifest().confidence().assess(raw);
        // A model may leave its number of classes open; an answer for other classes than the labelled ones is
        // unreadable.
        return edge.distribution().size() == model.manifest().labels().size() ? edge : Assessment.UNUSABLE;
    }

    /** The record to promise for a row: for one in doubt, or drawn for an audit, unless it may not leave. */
    private Optional<NewEscalation> escalation(
            ServedModel model,
            List<Tensor> inputs,
            List<Tensor> outputs,
            int row,
            Assessment edge,
            GateDecision decision,
            CallOptions options) {
        Optional<EdgeManifest.Escalation> target = model.manifest().escalation();
        boolean audited = decision instanceof GateDecision.Accept accept && accept.isAudited();
        if (target.isEmpty() || !options.mayLeave() || (decision instanceof GateDecision.Accept && !audited)) {
            return Optional.empty();
        }
        List<Tensor> sample =
                row < 0 ? inputs : inputs.stream().map(input -> input.row(row)).toList();
        List<Tensor> payload = target.get()
                .payloadOutput()
                .map(name -> named(outputs, name))
                .map(output -> List.of(row < 0 ? output : output.row(row)))
                .orElse(sample);
        double inclusion = decision instanceof GateDecision.Accept accept ? accept.auditProbability() : 1;
        return Optional.of(records.escalation(
                model,
                target.get(),
                sample,
                payload,
                edge,
                decision.threshold(),
                decision.reason(),
                audited ? Purpose.PURPOSE_AUDITED : Purpose.PURPOSE_ESCALATED,
                inclusion,
                options.subject()));
    }

    private Uni<List<SampleAnswer>> promise(ServedModel model, List<Gated> rows, CallOptions options) {
        List<NewEscalation> escalations =
                rows.stream().flatMap(row -> row.escalation().stream()).toList();
        if (escalations.isEmpty()) {
            return Uni.createFrom()
                    .item(() -> rows.stream().map(row -> local(model, row)).toList());
        }
        boolean waits = !options.patience().isZero();
        // Expected before they are stored: a fast verdict can beat the ledger's own reply.
        List<String> awaited = waits
                ? rows.stream()
                        .filter(row -> row.decision() instanceof GateDecision.Doubt)
                        .flatMap(row -> row.escalation().stream())
                        .map(NewEscalation::id)
                        .toList()
                : List.of();
        awaited.forEach(waiters::expect);
        Uni<List<SampleAnswer>> promised = ledger.promise(escalations)
                .emitOn(Infrastructure.getDefaultExecutor())
                .replaceWith(
                        () -> rows.stream().map(row -> promised(model, row)).toList())
                .onFailure(LedgerUnavailableException.class)
                .recoverWithItem(failure ->
                        rows.stream().map(row -> shed(model, row, failure)).toList());
        if (awaited.isEmpty()) {
            return promised;
        }
        Duration patience = options.patience().compareTo(maxWait) > 0 ? maxWait : options.patience();
        return promised.chain(answers -> await(model, answers, patience))
                .onTermination()
                .invoke(() -> awaited.forEach(waiters::forget));
    }

    private Uni<List<SampleAnswer>> await(ServedModel model, List<SampleAnswer> answers, Duration patience) {
        List<Uni<SampleAnswer>> each = answers.stream()
                .map(answer -> awaitOne(model, answer, patience))
                .toList();
        return Uni.join().all(each).andFailFast();
    }

    private Uni<SampleAnswer> awaitOne(ServedModel model, SampleAnswer answer, Duration patience) {
        if (!answer.isProvisional()) {
            return Uni.createFrom().item(answer);
        }
        return waiters.verdict(answer.escalationId().orElseThrow())
                .map(verdict -> replaced(model, answer, verdict.getFinal()))
                .ifNoItem()
                .after(patience)
                .recoverWithItem(answer);
    }

    private static SampleAnswer replaced(ServedModel model, SampleAnswer answer, Verdict.Final verdict) {
        return answer.decided(model.labelIndex(verdict.getLabel()), verdict.getLabel(), verdict.getSource());
    }

    private static SampleAnswer local(ServedModel model, Gated row) {
        Decision decision = row.decision() instanceof GateDecision.Accept ? Decision.ACCEPTED : Decision.LOCAL_ONLY;
        return SampleAnswer.fromEdge(
                model,
                decision,
                row.edge(),
                row.decision().threshold(),
                row.decision().reason(),
                Optional.empty());
    }

    private static SampleAnswer promised(ServedModel model, Gated row) {
        if (row.escalation().isEmpty()) {
            return local(model, row);
        }
        Decision decision = row.decision() instanceof GateDecision.Accept ? Decision.ACCEPTED : Decision.ESCALATED;
        return SampleAnswer.fromEdge(
                model,
                decision,
                row.edge(),
                row.decision().threshold(),
                row.decision().reason(),
                row.escalation().map(NewEscalation::id));
    }

    /** An audit that cannot be stored is dropped silently for the caller, whose answer it does not touch. */
    private static SampleAnswer shed(ServedModel model, Gated row, LedgerUnavailableException failure) {
        return row.decision() instanceof GateDecision.Doubt && row.escalation().isPresent()
                ? SampleAnswer.fromEdge(
                        model,
                        Decision.SHED,
                        row.edge(),
                        row.decision().threshold(),
                        failure.reason(),
                        Optional.empty())
                : local(model, row);
    }

    private static List<Tensor> select(List<Tensor> outputs, List<String> wanted) {
        return wanted.stream().map(name -> named(outputs, name)).toList();
    }

    private static Tensor named(List<Tensor> tensors, String name) {
        return tensors.stream()
                .filter(tensor -> tensor.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
