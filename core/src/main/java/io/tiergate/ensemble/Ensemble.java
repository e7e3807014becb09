package io.tiergate.ensemble;

import io.tiergate.gate.Distribution;
import io.tiergate.gate.Reading;
import io.tiergate.model.ClassLabels;
import io.tiergate.model.EnsembleManifest;
import io.tiergate.model.ModelInputs;
import io.tiergate.model.ModelPackage;
import io.tiergate.runtime.OnnxSession;
import io.tiergate.runtime.SessionSettings;
import io.tiergate.runtime.Signature;
import io.tiergate.runtime.Tensor;
import io.tiergate.runtime.TensorSpec;
import io.tiergate.runtime.UnusableModelException;
import io.tiergate.runtime.UseCount;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The loaded members of an ensemble package.
 *
 * <p>Safe for use by several threads. The memory is freed after {@link #close}, once nobody who {@linkplain #retain retained} the
 * ensemble is left: whoever may ask it while its owner closes it has to retain it.
 */
public final class Ensemble implements AutoCloseable {
    private final ModelPackage modelPackage;
    private final EnsembleManifest manifest;
    private final List<Member> members;
    private final UseCount users;

    private Ensemble(ModelPackage modelPackage, EnsembleManifest manifest, List<Member> members) {
        this.modelPackage = modelPackage;
        this.manifest = manifest;
        this.members = members;
        this.users = new UseCount(() -> members.forEach(Member::close));
    }

    /** As {@link #open(ModelPackage, EnsembleManifest, SessionSettings, Optional)}, for as long as members take. */
    public static Ensemble open(ModelPackage modelPackage, EnsembleManifest manifest, SessionSettings settings) {
        return open(modelPackage, manifest, settings, Optional.empty());
    }

    /**
     * Loads every member.
     *
     * @param deadline how long a member may take for a batch where the manifest does not say it, above zero; empty: as long as it takes,
     *     whatever the manifest says
     * @throws UnusableModelException if a member is no ONNX model, lacks the manifest's input or output, differs from the
     *     others in its input, or answers for another number of classes
     */
    public static Ensemble open(
            ModelPackage modelPackage,
            EnsembleManifest manifest,
            SessionSettings settings,
            Optional<Duration> deadline) {
        List<Member> members = new ArrayList<>();
        try {
            for (EnsembleManifest.Member member : manifest.members()) {
                OnnxSession session = OnnxSession.open(modelPackage.directory().resolve(member.file()), settings);
                members.add(new Member(session, member, deadline, System::nanoTime));
                check(
                        manifest,
                        member.file(),
                        session.signature(),
                        members.get(0).session().signature());
            }
            return new Ensemble(modelPackage, manifest, List.copyOf(members));
        } catch (RuntimeException e) {
            members.forEach(Member::close);
            throw e;
        }
    }

    private static void check(EnsembleManifest manifest, String file, Signature signature, Signature first) {
        TensorSpec output = signature
                .output(manifest.outputName())
                .orElseThrow(() -> new UnusableModelException("%s has no output '%s' (it has: %s)"
                        .formatted(
                                file,
                                manifest.outputName(),
                                signature.outputs().stream()
                                        .map(TensorSpec::name)
                                        .toList())));
        ModelInputs.check(manifest.inputNames(), signature, file);
        if (!signature.inputs().equals(first.inputs())) {
            throw new UnusableModelException(
                    "%s takes %s, but the first member takes %s".formatted(file, signature.inputs(), first.inputs()));
        }
        if (!signature.hasBatchDimension()) {
            throw new UnusableModelException(
                    file + " has no batch dimension of free size (expected: -1 first in every input and output)");
        }
        ClassLabels.check(manifest.labels(), manifest.activation(), output, file);
    }

    public ModelPackage modelPackage() {
        return modelPackage;
    }

    public EnsembleManifest manifest() {
        return manifest;
    }

    /** What every member takes. */
    public Signature signature() {
        return members.get(0).session().signature();
    }

    /**
     * Runs every member once on a batch, on the caller's thread. A member whose output cannot be used for a sample is left out
     * there; one whose run fails is left out of the whole batch, even if a single sample made it fail, and so is one that is not done
     * by its deadline. With fewer than the quorum left a sample has no opinion.
     *
     * @param inputs in the order of {@link #signature()} and fitting it
     */
    public Classification classify(List<Tensor> inputs) {
        int rows = (int) inputs.get(0).shape().size(0);
        List<Member.Answer> asked = members.stream()
                .map(member -> member.ask(inputs, manifest.outputName()))
                .toList();
        List<List<Distribution>> answers = IntStream.range(0, members.size())
                .mapToObj(m -> answers(members.get(m), asked.get(m).output(), rows))
                .toList();
        List<Opinion> opinions =
                IntStream.range(0, rows).mapToObj(row -> opinion(answers, row)).toList();
        return new Classification(
                opinions,
                asked.stream().flatMap(answer -> answer.absence().stream()).toList());
    }

    private List<Distribution> answers(Member member, Optional<Tensor> answered, int rows) {
        if (answered.isEmpty()) {
            return Collections.nCopies(rows, Distribution.UNKNOWN);
        }
        Tensor output = answered.get();
        int classes = (int) (output.shape().elements(output.name()) / rows);
        List<Distribution> answers = new ArrayList<>(rows);
        Reading reading = new Reading();
        for (int row = 0; row < rows; row++) {
            output.copyRow(row, classes, reading.values(classes));
            reading.activate(
                    manifest.activation(),
                    member.temperature(),
                    manifest.labels().size());
            answers.add(reading.distribution());
        }
        return answers;
    }

    private Opinion opinion(List<List<Distribution>> answers, int row) {
        List<MemberOpinion> said = new ArrayList<>(members.size());
        List<Distribution> usable = new ArrayList<>(members.size());
        double[] weights = new double[members.size()];
        for (int m = 0; m < members.size(); m++) {
            Distribution answer = answers.get(m).get(row);
            said.add(MemberOpinion.of(members.get(m).name(), answer));
            if (answer.isKnown()) {
                weights[usable.size()] = members.get(m).weight();
                usable.add(answer);
            }
        }
        if (usable.size() < manifest.quorum()) {
            return Opinion.withoutQuorum(said);
        }
        Distribution combined = manifest.combination().combine(usable, weights);
        return new Opinion(combined, Disagreement.of(combined, usable), said);
    }

    /**
     * Keeps the members for one more user, who has to {@link #release} them.
     *
     * @return false if they are freed already
     */
    public boolean retain() {
        return users.retain();
    }

    /** Ends one {@link #retain}. */
    public void release() {
        users.release();
    }

    /** To be called once, by the owner. */
    @Override
    public void close() {
        users.release();
    }
}
