package io.tiergate.edge.inference;

import com.google.protobuf.ByteString;
import io.grpc.Context;
import io.grpc.Deadline;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.tiergate.edge.EdgeConfig;
import io.tiergate.edge.escalation.Ledger;
import io.tiergate.edge.escalation.LedgerUnavailableException;
import io.tiergate.edge.escalation.NewEscalation;
import io.tiergate.edge.verdict.KnownVerdict;
import io.tiergate.edge.verdict.VerdictCache;
import io.tiergate.edge.verdict.VerdictWaiters;
import io.tiergate.gate.Assessment;
import io.tiergate.gate.Gate;
import io.tiergate.gate.GateDecision;
import io.tiergate.gate.GateRequest;
import io.tiergate.gate.Reading;
import io.tiergate.proto.v1.Verdict;
import io.tiergate.runtime.ModelRun;
import io.tiergate.runtime.OnnxSession;
import io.tiergate.runtime.Rows;
import io.tiergate.runtime.Tensor;
import io.tiergate.serving.inference.DeadlineOutOfReachException;
import io.tiergate.serving.inference.EventLoops;
import io.tiergate.serving.inference.InferencePool;
import io.tiergate.serving.inference.InvalidRequestException;
import io.tiergate.serving.inference.QueueFullException;
import io.tiergate.serving.inference.RunRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The way of one call: run the edge model, gate every row, promise what is escalated, unless its verdict is known
 * already, answer. Nothing in it waits for the
 * network, except a caller who asked to wait for a verdict.
 */
public final class Gateway {
    /** A row that has been gated, before anything was promised. What is to be promised holds the call's tensors. */
    private record Gated(
            Assessment edge, GateDecision decision, Optional<NewEscalation> escalation, Optional<KnownVerdict> known) {}

    private final InferencePool pool;
    private final Ledger ledger;
    private final VerdictWaiters waiters;
    private final VerdictCache verdicts;
    private final SampleRecords records;
    private final Duration maxWait;
    private final int maxRows;
    private final Optional<Assistance> assistance;
    /** Of the event loops and inference threads, which are few and stay. */
    private final ThreadLocal<Reading> readings = ThreadLocal.withInitial(Reading::new);

    private Gateway(
            InferencePool pool,
            Ledger ledger,
            VerdictWaiters waiters,
            VerdictCache verdicts,
            SampleRecords records,
            Duration maxWait,
            int maxRows,
            Optional<Assistance> assistance) {
        this.pool = pool;
        this.ledger = ledger;
        this.waiters = waiters;
        this.verdicts = verdicts;
        this.records = records;
        this.maxWait = maxWait;
        this.maxRows = maxRows;
        this.assistance = assistance;
    }

    /**
     * Puts a gateway together.
     *
     * @param replyPartition the partition of the verdicts topic on which this edge listens
     */
    public static Gateway create(
            InferencePool pool,
            Ledger ledger,
            VerdictWaiters waiters,
            VerdictCache verdicts,
            EdgeConfig site,
            int replyPartition,
            InferenceConfig config) {
        SampleRecords records = new SampleRecords(site, replyPartition);
        return new Gateway(
                pool, ledger, waiters, verdicts, records, config.maxWait(), config.maxBatchSize(), Optional.empty());
    }

    /** The same gateway, which has calls that it has no capacity for answered elsewhere. */
    public Gateway assistedBy(Assistance other) {
        return new Gateway(pool, ledger, waiters, verdicts, records, maxWait, maxRows, Optional.of(other));
    }

    /**
     * Answers a call.
     *
     * @param wanted names of the outputs to return, each one of the model's
     * @throws InvalidRequestException if there are more rows than allowed
     * @return fails with {@link io.tiergate.serving.inference.UnavailableException} at once if too many calls wait, with
     *     {@link io.tiergate.image.InvalidImageException} if a picture cannot be used, and with
     *     {@link io.tiergate.runtime.InferenceException} if the model fails
     */
    public Uni<Answer> answer(ServedModel model, CallInputs inputs, List<String> wanted, CallOptions options) {
        checkRows(model, inputs);
        if (model.gate().isEmpty()) {
            return run(model, inputs, wanted, options).map(run -> new Answer(model, run.outputs(), List.of()));
        }
        Gate gate = model.gate().get();
        Set<String> outputs = new LinkedHashSet<>(wanted);
        outputs.addAll(model.reader().outputs());
        model.manifest()
                .escalation()
                .flatMap(escalation -> escalation.payload().requiredOutput())
                .ifPresent(outputs::add);
        Uni<CallRows> run =
                run(model, inputs, outputs, options).map(done -> new CallRows(model, done.inputs(), done.outputs()));
        // The first step ends with the model's run: what a call waits for afterwards must not hold its inputs.
        return assistance.isEmpty()
                ? Chained.of(run, rows -> decide(model, gate, rows, wanted, options))
                : Chained.of(
                        orAssisted(run, assistance.get(), model, inputs, wanted, options), outcome -> switch (outcome) {
                            case Outcome.Assisted assisted -> Uni.createFrom().item(assisted.answer());
                            case Outcome.Ran ran -> decide(model, gate, ran.rows(), wanted, options);
                        });
    }

    private static Uni<Outcome> orAssisted(
            Uni<CallRows> run,
            Assistance other,
            ServedModel model,
            CallInputs inputs,
            List<String> wanted,
            CallOptions options) {
        // Later, this thread may serve another call.
        Deadline deadline = Context.current().getDeadline();
        return run.<Outcome>map(Outcome.Ran::new)
                .onFailure(Gateway::isLackOfCapacity)
                .recoverWithUni(refusal -> other.answer(model, inputs, wanted, options, deadline)
                        .<Outcome>map(Outcome.Assisted::new)
                        .onFailure()
                        .transform(failure -> refusal));
    }

    /** What became of a call's inputs. */
    private sealed interface Outcome {
        record Ran(CallRows rows) implements Outcome {}

        record Assisted(Answer answer) implements Outcome {}
    }

    private Uni<Answer> decide(ServedModel model, Gate gate, CallRows rows, List<String> wanted, CallOptions options) {
        List<Tensor> answered = rows.outputs(wanted);
        return promise(model, gate, gateRows(model, gate, rows, options), options)
                .map(samples -> new Answer(model, answered, samples));
    }

    private static boolean isLackOfCapacity(Throwable failure) {
        return failure instanceof QueueFullException || failure instanceof DeadlineOutOfReachException;
    }

    /** How long a caller may wait for a verdict who asks to wait so long. */
    public Duration patience(Duration asked) {
        return asked.compareTo(maxWait) > 0 ? maxWait : asked;
    }

    /** What went into a run, which pictures become only there, and what came out. */
    private record Done(List<Tensor> inputs, List<Tensor> outputs) {}

    private Uni<Done> run(ServedModel model, CallInputs inputs, Collection<String> outputs, CallOptions options) {
        RunRequest request = request(model, inputs, options);
        OnnxSession session = model.model().session();
        return switch (inputs) {
            case CallInputs.Tensors given ->
                pool.run(request, session, new Rows(given.tensors(), outputs))
                        .map(result -> new Done(given.tensors(), result));
            case CallInputs.Images images ->
                pool.run(request, () -> {
                    List<Tensor> tensors = images.tensors();
                    ModelRun<List<Tensor>> run = session.measuredRun(tensors, outputs);
                    return new ModelRun<>(new Done(tensors, run.result()), run.times());
                });
        };
    }

    private List<Gated> gateRows(ServedModel model, Gate gate, CallRows rows, CallOptions options) {
        List<Gated> gated = new ArrayList<>(rows.count());
        Reading reading = readings.get();
        GateRequest request = model.manifest().escalation().isPresent()
                ? options.gate()
                : options.gate().staying();
        for (int row = 0; row < rows.count(); row++) {
            rows.read(row, model.reader(), reading);
            GateDecision decision = gate.decide(reading, request, rows.failed(row, model.reader(), reading));
            Assessment edge = reading.toAssessment();
            gated.add(gated(model, gate, rows, row, edge, decision, options));
        }
        return gated;
    }

    /** Looks up what is to be promised, a row in doubt or drawn for an audit, unless its verdict is known, and makes its record. */
    private Gated gated(
            ServedModel model,
            Gate gate,
            CallRows rows,
            int row,
            Assessment edge,
            GateDecision decision,
            CallOptions options) {
        boolean wanted =
                switch (decision) {
                    case GateDecision.Accept accept -> accept.isAudited();
                    case GateDecision.Escalate escalate -> true;
                    case GateDecision.KeepLocal local -> false;
                    case GateDecision.Shed shed -> false;
                };
        if (!wanted) {
            return new Gated(edge, decision, Optional.empty(), Optional.empty());
        }
        ByteString content = SampleRecords.contentDigest(rows.inputs(row));
        // Whoever wants it escalated in any case gets a fresh verdict, and audits are there to ask.
        if (decision instanceof GateDecision.Escalate escalate
                && !options.gate().alwaysEscalate()) {
            Optional<KnownVerdict> known = verdicts.find(records.tenant(), model.digest(), content);
            if (known.isPresent()) {
                gate.resolved(escalate);
                return new Gated(edge, decision, Optional.empty(), known);
            }
        }
        Optional<NewEscalation> escalation = model.manifest()
                .escalation()
                .map(target -> records.escalation(
                        model,
                        target.ensemble(),
                        content,
                        rows.payload(target.payload(), row),
                        edge,
                        decision,
                        options.subject()));
        return new Gated(edge, decision, escalation, Optional.empty());
    }

    private void checkRows(ServedModel model, CallInputs inputs) {
        if (inputs.rows() > maxRows) {
            throw new InvalidRequestException(
                    "batch of %d rows (expected: at most %d for model '%s', tiergate.inference.max-batch-size)"
                            .formatted(inputs.rows(), maxRows, model.name()));
        }
    }

    private static RunRequest request(ServedModel model, CallInputs inputs, CallOptions options) {
        return new RunRequest(model, inputs.rows(), inputs.sizeBytes(), options.queue());
    }

    private Uni<List<SampleAnswer>> promise(ServedModel model, Gate gate, List<Gated> rows, CallOptions options) {
        List<NewEscalation> escalations =
                rows.stream().flatMap(row -> row.escalation().stream()).toList();
        // From here on without the rows: a call that waits for a verdict must not hold its tensors meanwhile.
        List<SampleAnswer> answers =
                rows.stream().map(row -> answer(model, row)).toList();
        if (escalations.isEmpty()) {
            return Uni.createFrom().item(answers);
        }
        Duration patience = patience(gate, options);
        boolean waits = !patience.isZero();
        long sizes = escalations.stream().mapToLong(NewEscalation::sizeBytes).sum();
        // Expected before they are stored: a fast verdict can beat the ledger's own reply.
        List<String> awaited = waits
                ? rows.stream()
                        .filter(row -> row.decision() instanceof GateDecision.Escalate)
                        .flatMap(row -> row.escalation().stream())
                        .map(NewEscalation::id)
                        .toList()
                : List.of();
        awaited.forEach(waiters::expect);
        List<Audit> audits = rows.stream().flatMap(row -> audit(row).stream()).toList();
        CompletableFuture<Void> settled = ledger.promise(escalations)
                .invoke(() -> gate.spent(sizes))
                .onFailure()
                .invoke(() -> audits.forEach(audit -> gate.dropped(audit.score(), audit.decision())))
                .subscribeAsCompletionStage();
        // A copy: the gate is told how it went, though the call is cancelled meanwhile.
        Uni<List<SampleAnswer>> promised = Uni.createFrom()
                .completionStage(settled.copy())
                // Back to the call's own event loop, if it comes from one: its reply is written there anyway.
                .emitOn(EventLoops.currentOr(Infrastructure.getDefaultExecutor()))
                .replaceWith(answers)
                .onFailure(LedgerUnavailableException.class)
                .recoverWithItem(failure -> answers.stream()
                        .map(answer -> answer.notStored(failure.reason()))
                        .toList());
        if (awaited.isEmpty()) {
            return promised;
        }
        return Chained.of(promised, stored -> await(model, stored, patience))
                .onTermination()
                .invoke(() -> awaited.forEach(waiters::forget));
    }

    private record Audit(double score, GateDecision.Accept decision) {}

    private static Optional<Audit> audit(Gated row) {
        return row.decision() instanceof GateDecision.Accept accept && accept.isAudited()
                ? Optional.of(new Audit(row.edge().score(), accept))
                : Optional.empty();
    }

    /** How long this call waits for its verdicts: as it asked, unless the gate's preset knows better. */
    private Duration patience(Gate gate, CallOptions options) {
        Duration asked = patience(options.patience());
        return gate.rules()
                .preset()
                .map(preset -> switch (preset) {
                    case ANSWER_FAST -> Duration.ZERO;
                    case ASK_WHEN_UNSURE -> asked.isZero() ? maxWait : asked;
                    case LOCAL_ONLY, SHADOW -> asked;
                })
                .orElse(asked);
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

    private static SampleAnswer answer(ServedModel model, Gated row) {
        if (row.known().isPresent()) {
            return SampleAnswer.resolved(
                    model,
                    row.edge(),
                    row.decision().threshold(),
                    row.decision().reason(),
                    row.known().get());
        }
        Decision decision =
                switch (row.decision()) {
                    case GateDecision.Accept accept -> Decision.ACCEPTED;
                    case GateDecision.Escalate escalate -> Decision.ESCALATED;
                    case GateDecision.KeepLocal local -> Decision.LOCAL_ONLY;
                    case GateDecision.Shed shed -> Decision.SHED;
                };
        return SampleAnswer.fromEdge(
                model,
                decision,
                row.edge(),
                row.decision().threshold(),
                row.decision().reason(),
                row.escalation().map(NewEscalation::id));
    }
}
