package io.tiergate.cli.gate;

import io.tiergate.gate.Gate;
import io.tiergate.gate.GateDecision;
import io.tiergate.gate.GateRequest;
import io.tiergate.gate.GateRules;
import io.tiergate.gate.GateSnapshot;
import io.tiergate.gate.certificate.Certificate;
import io.tiergate.gate.check.Limits;
import io.tiergate.gate.check.Statistic;
import io.tiergate.gate.control.Alarm;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/** Sends requests through a gate, one after the other, and brings it its verdicts. For one run; not safe for use by several threads. */
final class GateReplay {
    /**
     * How a replay goes on around its gate.
     *
     * @param verdictDelay requests until an ensemble's verdict is there, 0 or more
     * @param review whether a person labels what the ensemble is not sure of
     * @param payloadBytes of a sample that is sent
     */
    record Course(int verdictDelay, boolean review, long payloadBytes) {}

    private final VirtualClock clock = new VirtualClock();
    private final Gate gate;
    private final Limits limits;
    private final Course course;
    private final Verdicts verdicts;
    private final List<Alarm> alarms = new ArrayList<>();
    private final List<GateDecision> decisions = new ArrayList<>();

    /**
     * @param certificate for policies that need one; its limits are the checks beside the score
     * @param random draws audits
     * @throws IllegalArgumentException if rules, labels and certificate do not go together
     */
    GateReplay(
            GateRules rules,
            List<String> labels,
            Optional<Certificate> certificate,
            RandomGenerator random,
            Course course) {
        this.gate = Gate.of(rules, labels, certificate, random, clock);
        this.limits = certificate.map(Certificate::limits).orElse(Limits.NONE);
        this.course = course;
        this.verdicts = new Verdicts(gate, course.verdictDelay(), course.review());
        gate.onAlarm(alarms::add);
    }

    /** @param requests 1 or more */
    Trace run(int requests, IntFunction<ReplaySample> samples) {
        double start = gate.snapshot().threshold();
        List<Trace.Standing> windows = new ArrayList<>();
        for (int request = 0; request < requests; request++) {
            decide(request, samples.apply(request));
            verdicts.arrive(request);
            clock.tick();
            if ((request + 1) % Trace.WINDOW == 0 || request + 1 == requests) {
                GateSnapshot snapshot = gate.snapshot();
                windows.add(new Trace.Standing(snapshot.threshold(), snapshot.estimate()));
            }
        }
        return new Trace(start, decisions, decisions.stream().map(Fate::of).toList(), windows, alarms);
    }

    private void decide(int request, ReplaySample sample) {
        Statistic failed = sample.edge().failed(limits);
        GateDecision decision = gate.decide(sample.edge().reading(), GateRequest.DEFAULT, failed);
        decisions.add(decision);
        double score = failed == null ? sample.edge().score() : Double.NEGATIVE_INFINITY;
        switch (decision) {
            case GateDecision.Accept accept
            when accept.isAudited() ->
                verdicts.sent(request, sample, score, accept.epoch(), true, accept.auditProbability());
            case GateDecision.Escalate escalate -> verdicts.sent(request, sample, score, escalate.epoch(), false, 1);
            default -> {
                // Nothing is sent, so nothing will be learned.
            }
        }
        if (Fate.of(decision).isSent()) {
            gate.spent(course.payloadBytes());
        }
    }
}
