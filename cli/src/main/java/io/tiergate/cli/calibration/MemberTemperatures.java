package io.tiergate.cli.calibration;

import io.tiergate.ensemble.MemberOpinion;
import io.tiergate.gate.Activation;
import io.tiergate.gate.Distribution;
import io.tiergate.gate.Reading;
import io.tiergate.gate.certificate.Temperature;
import io.tiergate.model.EnsembleManifest;
import java.util.List;
import java.util.stream.IntStream;

/** Fits one temperature a member, and tells what members say at other temperatures than they were asked at. */
final class MemberTemperatures {
    /** As people read them in a manifest. */
    private static final double ROUNDING = 1e4;

    /** The logarithm of none is no number; a logit below is as good as none. */
    private static final double SMALLEST_PROBABILITY = 1e-300;

    private final List<EnsembleManifest.Member> asked;
    private final List<EnsembleManifest.Member> fitted;
    private final boolean logits;

    /**
     * @param manifest with the temperatures at which the members were asked; they stay where the members give no logits of classes that
     *     exclude each other
     * @param known opinions to fit to; at least one usable one a member
     */
    MemberTemperatures(EnsembleManifest manifest, List<LabeledOpinion> known) {
        this.asked = manifest.members();
        this.logits = manifest.activation().givesLogits();
        this.fitted = IntStream.range(0, asked.size())
                .mapToObj(m -> logits ? asked.get(m).withTemperature(fit(m, known)) : asked.get(m))
                .toList();
    }

    private double fit(int m, List<LabeledOpinion> known) {
        List<LabeledOpinion> usable = known.stream()
                .filter(each -> each.members().get(m).distribution().isPresent())
                .toList();
        double temperature = Temperature.fit(
                usable.stream().map(each -> logits(m, each.members().get(m))).toArray(double[][]::new),
                usable.stream().mapToInt(LabeledOpinion::label).toArray());
        return Math.rint(temperature * ROUNDING) / ROUNDING;
    }

    /** The members at their new temperatures. */
    List<EnsembleManifest.Member> fitted() {
        return fitted;
    }

    /** What the members say at the new temperatures. */
    List<MemberOpinion> refitted(List<MemberOpinion> members) {
        return logits
                ? IntStream.range(0, members.size())
                        .mapToObj(m -> refitted(m, members.get(m)))
                        .toList()
                : members;
    }

    private MemberOpinion refitted(int m, MemberOpinion member) {
        return new MemberOpinion(member.name(), member.distribution().map(known -> {
            Reading reading = Reading.of(logits(m, member));
            reading.activate(Activation.SOFTMAX, fitted.get(m).temperature(), known.size());
            return reading.distribution();
        }));
    }

    /** The model's own, up to a constant, of which a softmax takes no notice. */
    private double[] logits(int m, MemberOpinion member) {
        Distribution known = member.distribution().orElseThrow();
        double temperature = asked.get(m).temperature();
        return IntStream.range(0, known.size())
                .mapToDouble(c -> temperature * Math.log(Math.max(SMALLEST_PROBABILITY, known.get(c))))
                .toArray();
    }
}
