package io.tiergate.gate;

import io.tiergate.gate.certificate.Certificate;
import io.tiergate.gate.certificate.Quantiles;
import io.tiergate.gate.check.Statistic;
import io.tiergate.gate.control.Alarm;
import io.tiergate.gate.control.Control;
import io.tiergate.gate.control.ControlState;
import io.tiergate.gate.control.EscalationBudget;
import io.tiergate.gate.control.LearnedBudget;
import io.tiergate.gate.control.Outcome;
import io.tiergate.gate.control.PlainControl;
import io.tiergate.gate.control.RiskControl;
import io.tiergate.gate.control.RiskEstimate;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The confidence gate of one model.
 *
 * <p>An answer is accepted if its score is at least the threshold, compared in double precision. An output that cannot be used is never
 * accepted, nor is one of a sample that fails a check beside the score. What the gate decides depends on nothing but what it was told, in
 * that order, and its random numbers.
 *
 * <p>Safe on every thread; samples are decided one at a time. A decision allocates nothing while decisions are the same as before.
 */
public final class Gate {
    /** Share of a new sample in the escalation ratio, once so many have been seen. */
    private static final double RATIO_MEMORY = 1000;

    private final GateRules rules;
    private final Optional<Certificate> certificate;
    private final double[] classThresholds;
    private final Control control;
    private final boolean localOnly;
    /** What is strange is just what a shadow is to learn of. */
    private final boolean acceptsAll;

    private final EscalationBudget budget;
    private final RandomGenerator random;
    private final AuditRate auditRate;
    private final Decisions decisions = new Decisions();
    private double escalationRatio = Double.NaN;
    /** Samples since the process started: the ratio is not kept over a restart. */
    private long seen;

    private long shed;
    private long overspent;

    private Gate(
            GateRules rules,
            List<String> labels,
            Optional<Certificate> certificate,
            Control control,
            AuditRate auditRate,
            RandomGenerator random,
            LongSupplier nanos) {
        this.rules = rules;
        this.localOnly = rules.isLocalOnly();
        this.acceptsAll = rules.policy() instanceof GatePolicy.Shadow;
        this.certificate = certificate;
        this.classThresholds = labels.stream()
                .mapToDouble(label -> rules.classThresholds().getOrDefault(label, Double.NaN))
                .toArray();
        this.control = control;
        this.auditRate = auditRate;
        this.random = random;
        this.budget =
                new EscalationBudget(rules.budget().share(), rules.budget().bytesADay(), nanos);
    }

    /**
     * Makes the gate of a model.
     *
     * @param labels of the model, by index
     * @param certificate needed for the policies risk and budget
     * @param random draws audits
     * @param nanos of a clock that never goes back, for budgets a day
     * @throws IllegalArgumentException if the rules need a certificate that is not there or promises too little, or name a label that
     *     the model does not have
     */
    public static Gate of(
            GateRules rules,
            List<String> labels,
            Optional<Certificate> certificate,
            RandomGenerator random,
            LongSupplier nanos) {
        rules.classThresholds().keySet().stream()
                .filter(label -> !labels.contains(label))
                .findFirst()
                .ifPresent(label -> {
                    throw new IllegalArgumentException(
                            "gate.class-thresholds: '%s' (expected: one of the labels %s)".formatted(label, labels));
                });
        AuditRate auditRate = new AuditRate(rules.audits(), certificate, nanos);
        Control control =
                switch (rules.policy()) {
                    case GatePolicy.Fixed fixed -> PlainControl.fixed(fixed.threshold(), auditRate.start());
                    case GatePolicy.Shadow shadow -> PlainControl.fixed(-Double.MAX_VALUE, auditRate.start());
                    case GatePolicy.Budget follow -> budget(follow, rules, labels, certificate, auditRate.start());
                    case GatePolicy.Risk risk ->
                        new RiskControl(
                                Promises.checked(risk, required(certificate, "risk")), auditRate.settings(), random);
                };
        return new Gate(rules, labels, certificate, control, auditRate, random, nanos);
    }

    private static Control budget(
            GatePolicy.Budget policy,
            GateRules rules,
            List<String> labels,
            Optional<Certificate> certificate,
            double auditRate) {
        double share = rules.budget().share().orElseThrow();
        Quantiles reference = required(certificate, policy.word()).reference();
        return policy.learnsCorrection()
                ? LearnedBudget.of(share, reference, auditRate, labels.size())
                : PlainControl.budget(share, reference, auditRate);
    }

    private static Certificate required(Optional<Certificate> certificate, String policy) {
        return certificate.orElseThrow(() -> new IllegalArgumentException(
                "gate.policy: %s needs a certificate, and the package has none; make one with 'tiergate model calibrate'"
                        .formatted(policy)));
    }

    public GateRules rules() {
        return rules;
    }

    /** Tells of every alarm, on the thread that raised it and while others wait: the listener must be quick. */
    public synchronized void onAlarm(Consumer<Alarm> listener) {
        control.onAlarm(listener);
    }

    /** Decides on a sample that nothing else has checked. */
    public GateDecision decide(Reading reading, GateRequest request) {
        return decide(reading, request, null);
    }

    /**
     * Decides on a sample.
     *
     * @param reading after {@link Confidence#read}
     * @param failed the check beside the score that the sample fails, or null
     */
    public synchronized GateDecision decide(Reading reading, GateRequest request, Statistic failed) {
        budget.decided();
        GateDecision decision = decision(reading, request, failed);
        control.decided(reading.isUsable() ? reading.score() : Double.NEGATIVE_INFINITY, failed != null);
        auditRate.decided(control);
        seen++;
        double unsure = decision instanceof GateDecision.Accept ? 0 : 1;
        escalationRatio = Double.isNaN(escalationRatio)
                ? unsure
                : escalationRatio + (unsure - escalationRatio) / Math.min((double) seen, RATIO_MEMORY);
        return decision;
    }

    private GateDecision decision(Reading reading, GateRequest request, Statistic failed) {
        double own = ownThreshold(reading.top());
        double asked = request.threshold().orElse(Double.NEGATIVE_INFINITY);
        double threshold = Math.max(own, asked);
        if (!reading.isUsable()) {
            return unsure(Reasons.of(reading.usability()), request, threshold);
        }
        // Before the caller's wish: whoever learns from the sample has to know that no threshold would have accepted
        // it.
        if (failed != null && !acceptsAll) {
            return unsure(Reasons.of(failed), request, threshold);
        }
        if (request.alwaysEscalate()) {
            return unsure(Reasons.REQUESTED, request, threshold);
        }
        boolean sure = control.accepts(reading.score(), own, reading.margin(), reading.top());
        if (!sure || !(reading.score() >= asked)) {
            return unsure(sure ? Reasons.BELOW_THRESHOLD : unsureReason(reading.score(), own), request, threshold);
        }
        return accepted(reading.score(), request, threshold);
    }

    private double ownThreshold(int top) {
        double threshold = control.threshold();
        if (top < 0 || top >= classThresholds.length || Double.isNaN(classThresholds[top])) {
            return threshold;
        }
        return rules.policy() instanceof GatePolicy.Fixed
                ? classThresholds[top]
                : Math.max(threshold, classThresholds[top]);
    }

    private String unsureReason(double score, double own) {
        if (score >= own) {
            return Reasons.EXPECTED_CORRECTION;
        }
        if (own != control.threshold()) {
            return Reasons.BELOW_CLASS_THRESHOLD;
        }
        if (control.isBraked()) {
            return Reasons.ALARM;
        }
        return own == RiskControl.NOTHING ? Reasons.NO_CERTIFICATE : Reasons.BELOW_THRESHOLD;
    }

    private GateDecision accepted(double score, GateRequest request, double threshold) {
        double probability = control.auditProbability(score);
        if (probability > 0 && request.mayAudit() && request.mayLeave() && !localOnly) {
            boolean allowed = budget.allows();
            if ((allowed || overspends()) && random.nextDouble() < probability) {
                control.drawn(score, probability);
                charge(allowed);
                return decisions.audit(threshold, probability, control.epoch());
            }
        }
        return decisions.accept(threshold, control.epoch());
    }

    private GateDecision unsure(String reason, GateRequest request, double threshold) {
        if (!request.mayLeave() || localOnly) {
            return decisions.keepLocal(reason, threshold);
        }
        boolean allowed = budget.allows();
        if (!allowed && !overspends()) {
            shed++;
            return decisions.shed(Reasons.OVER_BUDGET, threshold);
        }
        overspent += allowed ? 0 : 1;
        charge(allowed);
        return decisions.escalate(reason, threshold, control.epoch(), allowed);
    }

    /** A budget that yields has no debts: it would be called spent long after it had become enough again. */
    private void charge(boolean allowed) {
        if (allowed) {
            budget.escalated();
        }
    }

    private boolean overspends() {
        return rules.budget().yields() == BudgetRules.Yields.BUDGET;
    }

    /** Samples that were escalated, or drawn for an audit, have been stored to be sent. */
    public synchronized void spent(long sizeBytes) {
        if (!overspends() || budget.allows()) {
            budget.spent(sizeBytes);
        }
    }

    /** A sample that was to be escalated has been answered by a verdict that was known already: it takes nothing of the budget. */
    public synchronized void resolved(GateDecision.Escalate escalate) {
        if (escalate.withinBudget()) {
            budget.returned();
        } else {
            overspent--;
        }
    }

    /** A sample that was drawn for an audit could not be stored. */
    public synchronized void dropped(double score, GateDecision.Accept audit) {
        if (audit.epoch() == control.epoch()) {
            control.dropped(score, audit.auditProbability());
        }
    }

    /** Learns what has become known of a sample that was escalated or audited. */
    public synchronized void learned(Outcome outcome) {
        control.learned(outcome);
    }

    /** How the gate stands. */
    public GateSnapshot snapshot() {
        // Bounds take a thousand times as long as a decision, and no decision waits for them.
        return standing().get();
    }

    private synchronized Supplier<GateSnapshot> standing() {
        double threshold = control.threshold();
        long decided = control.decided();
        double ratio = escalationRatio;
        double audited = control.auditProbability(threshold);
        Supplier<RiskEstimate> evidence = control.evidence();
        long epoch = control.epoch();
        boolean braked = control.isBraked();
        List<Alarm> alarms = control.alarms();
        long shedSoFar = shed;
        long overspentSoFar = overspent;
        boolean exhausted = !budget.allows();
        return () -> new GateSnapshot(
                rules,
                certificate,
                threshold,
                decided,
                ratio,
                audited,
                evidence.get(),
                epoch,
                braked,
                alarms,
                shedSoFar,
                overspentSoFar,
                exhausted);
    }

    /** Everything that has to survive a restart of the process. */
    public synchronized ControlState save() {
        return control.save();
    }

    /** Goes on where an earlier gate of the same model, under the same rules, left off. */
    public synchronized void restore(ControlState saved) {
        control.restore(saved);
    }
}
