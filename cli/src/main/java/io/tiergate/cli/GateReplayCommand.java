package io.tiergate.cli;

import io.tiergate.cli.data.DriftPoint;
import io.tiergate.cli.gate.HistoryReplay;
import io.tiergate.cli.gate.PolicyText;
import io.tiergate.cli.gate.Replay;
import io.tiergate.cli.gate.ReplayOptions;
import io.tiergate.cli.model.OnnxRuntimeFiles;
import io.tiergate.gate.GatePolicy;
import io.tiergate.gate.GateRules;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

@Command(
        name = "replay",
        description = {
            "Send labelled images through a gate, with the classes that decide in production and verdicts that come late.",
            "The same seed gives the same report."
        })
final class GateReplayCommand extends VerboseCommand implements Callable<Integer> {
    @Option(
            names = "--model",
            paramLabel = "PATH",
            required = true,
            description =
                    "A model's folder, which means its highest version, or a version's folder. A certificate in it is not used.")
    private Path model;

    @Option(
            names = "--ensemble",
            paramLabel = "PATH",
            description = "The ensemble that gives verdicts (default: there are none).")
    private Path ensemble;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "A folder with test-images-idx3-ubyte.gz and test-labels-idx1-ubyte.gz, which are replayed.")
    private Path data;

    @Option(
            names = "--calibration",
            paramLabel = "DIR",
            description =
                    "A folder with calibration-images-idx3-ubyte.gz and calibration-labels-idx1-ubyte.gz; needed by the policies risk and budget.")
    private Path calibration;

    @Option(
            names = "--history",
            paramLabel = "DIR",
            description =
                    "In place of --data: estimate what the policy would have done to the samples in the ledger of this gateway's data folder; policy risk takes the certificate of --model.")
    private Path history;

    @Option(
            names = "--requests",
            paramLabel = "N",
            description = "Draw so many images, with replacement (default: every image once, in file order).")
    private Integer requests;

    @Option(
            names = "--target-risk",
            paramLabel = "R",
            description =
                    "Policy risk with this target (default: 0.03). With another --policy: only the risk to compare with.")
    private Double targetRisk;

    @Option(
            names = "--confidence",
            paramLabel = "C",
            description = "How certain policy risk is to be of its threshold (default: 0.99).")
    private Double confidence;

    @Option(
            names = "--policy",
            paramLabel = "RULES",
            converter = Rules.class,
            description =
                    "fixed:0.74, budget:0.10, risk:0.03@0.99, shadow, or a model.yaml's gate section: 'policy: fixed, threshold: 0.74' (default: risk:0.03@0.99).")
    private GateRules policy;

    @Option(
            names = "--drift",
            paramLabel = "KIND@INDEX",
            converter = ByDriftPoint.class,
            description =
                    "Change the images from that request on: brightness:50@3000, contrast:0.6, noise:45, blur:1.0 or rotate:20.")
    private DriftPoint drift;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of draws, audits and noise (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--verdict-delay",
            paramLabel = "N",
            defaultValue = "100",
            description =
                    "Requests until a verdict is there (default: ${DEFAULT-VALUE}). What the ensemble is not sure of, a person labels 1000 requests later.")
    private int verdictDelay;

    @Option(
            names = "--audit-rate",
            paramLabel = "R",
            description =
                    "Share of the accepted that is sent all the same (default: the policy's; risk sizes it itself).")
    private Double auditRate;

    @Option(names = "--no-checks", description = "No checks beside the score.")
    private boolean noChecks;

    @Option(names = "--no-review", description = "Nobody labels what the ensemble is not sure of: its answer stands.")
    private boolean noReview;

    @Option(names = "--report", paramLabel = "FILE.json", description = "Write the result as JSON, too.")
    private Path report;

    @Option(
            names = "--plot",
            paramLabel = "FILE.svg",
            description =
                    "Draw the gate over the requests, and beside it, as FILE-risk-coverage.svg and FILE-reliability.svg, the model's answers.")
    private Path plot;

    @Override
    public Integer call() {
        check(
                (data == null) != (history == null),
                "what is to be replayed? (expected: --data with labelled images, or --history with a gateway's data folder)");
        if (history != null) {
            check(
                    Stream.of(calibration, ensemble, requests, drift, report, plot)
                            .allMatch(Objects::isNull),
                    "--history stands alone with --model and the policy (expected: no --calibration, --ensemble, --requests, --drift, --report or --plot)");
            GateRules rules = rules();
            OnnxRuntimeFiles.install();
            new HistoryReplay(model, history, rules, spec().commandLine().getOut()).run();
            return 0;
        }
        ReplayOptions options = options();
        OnnxRuntimeFiles.install();
        new Replay(options, spec().commandLine().getOut(), progress()).run();
        return 0;
    }

    private ReplayOptions options() {
        GateRules rules = rules();
        if (ReplayOptions.needCertificate(rules) && calibration == null) {
            throw wrongUsage("--calibration is missing: policy %s needs labelled images to calibrate on"
                    .formatted(rules.policy().word()));
        }
        check(requests == null || requests > 0, "--requests: %s (expected: 1 or more)".formatted(requests));
        check(verdictDelay >= 0, "--verdict-delay: %s (expected: 0 or more requests)".formatted(verdictDelay));
        return new ReplayOptions(
                model,
                Optional.ofNullable(ensemble),
                data,
                Optional.ofNullable(calibration),
                requests == null ? OptionalInt.empty() : OptionalInt.of(requests),
                rules,
                target(rules),
                Optional.ofNullable(drift),
                seed,
                verdictDelay,
                !noChecks,
                !noReview,
                Optional.ofNullable(report),
                Optional.ofNullable(plot));
    }

    private GateRules rules() {
        checkShare("--target-risk", targetRisk);
        checkShare("--confidence", confidence);
        check(
                auditRate == null || (auditRate >= 0 && auditRate <= 1),
                "--audit-rate: %s (expected: 0.0 to 1.0)".formatted(auditRate));
        boolean ownTerms = policy != null && policy.policy() instanceof GatePolicy.Risk;
        check(
                policy == null || (confidence == null && (targetRisk == null || !ownTerms)),
                "--policy says what the gate does (expected: --policy, or --target-risk and --confidence)");
        GateRules rules = policy != null
                ? policy
                : PolicyText.risk(
                        targetRisk == null ? PolicyText.TARGET_RISK : targetRisk,
                        confidence == null ? PolicyText.CONFIDENCE : confidence);
        return auditRate == null ? rules : PolicyText.audited(rules, auditRate);
    }

    private OptionalDouble target(GateRules rules) {
        if (rules.policy() instanceof GatePolicy.Risk risk) {
            return risk.targetRisk();
        }
        return targetRisk == null ? OptionalDouble.empty() : OptionalDouble.of(targetRisk);
    }

    private void checkShare(String option, Double share) {
        check(
                share == null || (share > 0 && share < 1),
                "%s: %s (expected: above 0.0 and below 1.0)".formatted(option, share));
    }

    /** As {@link PolicyText} reads them. */
    static final class Rules implements ITypeConverter<GateRules> {
        @Override
        public GateRules convert(String text) {
            try {
                return PolicyText.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** As {@link DriftPoint} reads it. */
    static final class ByDriftPoint implements ITypeConverter<DriftPoint> {
        @Override
        public DriftPoint convert(String text) {
            try {
                return DriftPoint.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
