package io.tiergate.cli.calibration;

import io.tiergate.gate.certificate.Agreement;
import io.tiergate.gate.certificate.Certificate;
import io.tiergate.gate.certificate.Certification;
import io.tiergate.gate.certificate.CertifiedThreshold;
import io.tiergate.gate.certificate.Quantiles;
import io.tiergate.gate.certificate.SplitEvidence;
import io.tiergate.gate.certificate.Temperature;
import io.tiergate.gate.check.Limits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** What labelled answers let a gate promise. Their order has no say. Safe for use by several threads. */
public final class Calibration {
    /** What is offered where the target cannot be met. */
    static final double[] OTHER_TARGETS = {0.01, 0.02, 0.03, 0.05, 0.08, 0.10, 0.15, 0.20, 0.30};

    private final List<LabeledAnswer> answers;
    private final Certificate.Terms terms;
    private final Limits limits;
    private final Certification certification;
    private final Optional<CertifiedThreshold> threshold;

    /**
     * What a certificate is about.
     *
     * @param model digest of the model
     * @param data digest of the labelled images
     */
    public record Subject(String model, String data) {}

    /** A target risk that the answers support, and the share of them that would be accepted. */
    record Offer(double targetRisk, double coverage) {}

    /**
     * @param answers with scores at the terms' temperature
     * @param checkShare of ordinary samples that the checks beside the score leave out; empty: there are no checks
     * @throws IllegalArgumentException if no answer can be used
     */
    public Calibration(List<LabeledAnswer> answers, Certificate.Terms terms, OptionalDouble checkShare) {
        this.answers = List.copyOf(answers);
        if (answers.stream().noneMatch(each -> each.answer().reading().isUsable())) {
            throw new IllegalArgumentException(
                    "not one of %d answers can be used (expected: numbers by class, as model.yaml says)"
                            .formatted(answers.size()));
        }
        this.terms = terms;
        this.limits = checkShare.isEmpty() ? Limits.NONE : limits(checkShare.getAsDouble());
        this.certification = new Certification(evidence(each -> each.answer().score()));
        this.threshold = certification.threshold(terms);
    }

    private Limits limits(double share) {
        return Limits.around(
                answers.stream()
                        .map(each -> each.answer().reading())
                        .filter(reading -> reading.isUsable())
                        .map(reading -> reading.statistics().clone())
                        .toList(),
                share);
    }

    private SplitEvidence evidence(ToDoubleFunction<LabeledAnswer> score) {
        boolean[] wrong = new boolean[answers.size()];
        boolean[] first = new boolean[answers.size()];
        for (int i = 0; i < wrong.length; i++) {
            wrong[i] = answers.get(i).isWrong();
            first[i] = answers.get(i).first();
        }
        return SplitEvidence.of(answers.stream().mapToDouble(score).toArray(), wrong, first);
    }

    public Limits limits() {
        return limits;
    }

    /** The lowest threshold that the terms allow; empty if the answers support none. */
    public Optional<CertifiedThreshold> threshold() {
        return threshold;
    }

    /** The answers that the threshold accepts, checks or not, by index. */
    public IntStream accepted() {
        double from = threshold.map(CertifiedThreshold::threshold).orElse(Double.POSITIVE_INFINITY);
        return IntStream.range(0, answers.size())
                .filter(i -> answers.get(i).answer().score() >= from);
    }

    /** What the evidence says of the answers that reach the threshold and pass the checks, tested as in the search. */
    Optional<CertifiedThreshold> passing() {
        SplitEvidence passing = evidence(
                each -> each.answer().failed(limits) == null ? each.answer().score() : Double.NEGATIVE_INFINITY);
        return threshold.map(found -> terms.search().test(passing, found.threshold(), terms.delta()));
    }

    /** The lowest of some usual targets that the answers support; empty if they support none of them. */
    Optional<Offer> possible() {
        return DoubleStream.of(OTHER_TARGETS)
                .boxed()
                .flatMap(target -> certification.threshold(terms, target).stream()
                        .map(found -> new Offer(target, found.accepted().coverage())))
                .findFirst();
    }

    /**
     * How much of the accepted answers' errors an ensemble sees.
     *
     * @param opinions those on the {@linkplain #accepted accepted} answers, in their order; those without a quorum do not count
     */
    public Agreement agreement(List<EnsembleAnswer> opinions) {
        int[] accepted = accepted().toArray();
        int heard = 0;
        int errors = 0;
        int disagreements = 0;
        int both = 0;
        for (int i = 0; i < accepted.length; i++) {
            LabeledAnswer answer = answers.get(accepted[i]);
            EnsembleAnswer opinion = opinions.get(i);
            if (opinion.top() < 0) {
                continue;
            }
            boolean differs = opinion.top() != answer.answer().top();
            heard++;
            errors += answer.isWrong() ? 1 : 0;
            disagreements += differs ? 1 : 0;
            both += answer.isWrong() && differs ? 1 : 0;
        }
        return new Agreement(heard, errors, disagreements, both);
    }

    /**
     * The temperature that makes the model's probabilities honest.
     *
     * @param logits whether the model gives logits; 1 if not
     */
    double fittedTemperature(boolean logits) {
        if (!logits) {
            return 1;
        }
        List<LabeledAnswer> usable = answers.stream()
                .filter(each -> each.answer().reading().isUsable())
                .toList();
        return Temperature.fit(
                usable.stream().map(each -> each.answer().numbers()).toArray(double[][]::new),
                usable.stream().mapToInt(LabeledAnswer::label).toArray());
    }

    /** Puts everything together. */
    public Certificate certificate(
            Subject subject, boolean logits, Optional<Agreement> agreement, Instant created, Duration validFor) {
        double[] scores = answers.stream()
                .mapToDouble(each -> each.answer().score())
                .filter(Double::isFinite)
                .toArray();
        return new Certificate(
                terms,
                threshold,
                certification.guard(terms),
                answers.size(),
                agreement,
                fittedTemperature(logits),
                Quantiles.of(scores),
                limits,
                subject.model(),
                subject.data(),
                created,
                created.plus(validFor));
    }
}
