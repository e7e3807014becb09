package io.tiergate.cloud.intake;

import io.smallrye.mutiny.Uni;
import io.tiergate.cloud.adjudication.EnsembleRunner;
import io.tiergate.cloud.adjudication.Judgement;
import io.tiergate.cloud.adjudication.VerdictFactory;
import io.tiergate.ensemble.Ensemble;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds an answer for every question that can be answered: the ensemble's, a person's to come, or a rejection. */
@ApplicationScoped
class Adjudicator {
    /** Samples that can be put into one tensor: of one ensemble, and of one shape where its inputs leave sizes open. */
    private record Group(Ensemble ensemble, List<Shape> shapes) {
        static Group of(Reading.Question question) {
            return new Group(
                    question.ensemble(),
                    question.inputs().stream().map(Tensor::shape).toList());
        }
    }

    private final EnsembleRunner runner;
    private final VerdictFactory verdicts;

    @Inject
    Adjudicator(EnsembleRunner runner, VerdictFactory verdicts) {
        this.runner = runner;
        this.verdicts = verdicts;
    }

    /**
     * What no ensemble is asked about first, then by ensemble. Findings of one id stay in the order of their records only within a
     * group.
     */
    Uni<List<Finding>> findings(List<Reading> readings) {
        List<Finding> findings = new ArrayList<>();
        Map<Group, List<Reading.Question>> groups = new LinkedHashMap<>();
        for (Reading reading : readings) {
            switch (reading) {
                case Reading.Question question ->
                    groups.computeIfAbsent(Group.of(question), group -> new ArrayList<>())
                            .add(question);
                case Reading.WithoutPayload withoutPayload -> findings.add(parked(withoutPayload));
                case Reading.Refused refused -> findings.add(rejection(refused, refused.refusal()));
                case Reading.Claimed claimed ->
                    throw new IllegalStateException("payload was not fetched: " + claimed.claim());
                case Reading.Reported reported -> {
                    // It asks nothing.
                }
                case Reading.Unanswerable unanswerable -> {
                    // Nobody to answer: it goes to the dead letters without a verdict.
                }
            }
        }
        if (groups.isEmpty()) {
            return Uni.createFrom().item(findings);
        }
        List<Uni<List<Finding>>> asked = new ArrayList<>();
        groups.forEach((group, questions) -> asked.add(ask(group.ensemble(), questions)));
        return Uni.join().all(asked).andFailFast().map(parts -> {
            parts.forEach(findings::addAll);
            return findings;
        });
    }

    private Uni<List<Finding>> ask(Ensemble ensemble, List<Reading.Question> questions) {
        return runner.judge(
                        ensemble,
                        questions.stream().map(Reading.Question::inputs).toList())
                .map(judgements -> {
                    List<Finding> findings = new ArrayList<>();
                    for (int i = 0; i < questions.size(); i++) {
                        findings.add(finding(questions.get(i), judgements.get(i)));
                    }
                    return findings;
                });
    }

    private Finding finding(Reading.Question question, Judgement judgement) {
        return switch (judgement) {
            case Judgement.Given given ->
                new Finding(
                        question,
                        verdicts.decided(question.sample(), question.ensemble(), given.opinion()),
                        Optional.of(VerdictFactory.opinion(given.opinion())),
                        Optional.empty());
            case Judgement.Failed failed ->
                rejection(question, new Refusal(Refusal.Code.ENSEMBLE_FAILED, failed.reason()));
        };
    }

    private Finding parked(Reading.WithoutPayload reading) {
        return new Finding(reading, verdicts.withoutPayload(reading.sample(), reading.ensemble()), Optional.empty());
    }

    Finding rejection(Reading.Addressed reading, Refusal refusal) {
        return new Finding(reading, verdicts.rejected(reading.sample(), refusal.sentence()), Optional.of(refusal));
    }
}
