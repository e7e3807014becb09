package io.tiergate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The comparison with every subject, in turns so short that its numbers mean nothing: that they are there and fit each other. */
class BenchIT {
    private static final Path LAUNCHER =
            Path.of("..", "tiergate").toAbsolutePath().normalize();
    private static final int LONGEST_MINUTES = 8;
    private static final int SWAPS = 20;
    private static final List<String> SUBJECTS = List.of("afternoon", "node", "tiergate_plain", "tiergate_gated");

    /** Below target, so that the packages of Node.js are fetched once and not with every run of the tests. */
    private final Path folder = Path.of("target", "bench").toAbsolutePath();

    @Test
    void everyNumberIsThereAndTheyFitEachOther() throws Exception {
        JsonNode report = bench("--smoke", "--report", "report.json");

        JsonNode leftOut = report.get("left_out");
        List<String> measured = new ArrayList<>(SUBJECTS);
        if (leftOut.has("node")) {
            // Tests need nothing but a JDK: without Node.js, or its packages, the others are compared.
            measured.remove("node");
            assertThat(leftOut.get("node").asText()).isNotBlank();
        }
        assertThat(leftOut).hasSize(SUBJECTS.size() - measured.size());
        assertThat(report.get("subjects").fieldNames()).toIterable().containsExactlyElementsOf(measured);
        assertThat(report.get("ratios")).hasSize(measured.contains("node") ? 8 : 7);
        measured.forEach(
                subject -> assertAnswersWereMeasured(report.get("subjects").get(subject)));
        assertAnswersWereMeasured(report.at("/baselines/grpc_echo"));

        double echo = number(report, "/limits/grpc_echo_per_s");
        double model = number(report, "/limits/model_best_batch_per_s");
        assertThat(number(report, "/limits/composed_per_s")).isCloseTo(1 / (1 / echo + 1 / model), within(0.1));
        assertThat(number(report, "/ratios/goodput_at_1_5"))
                .isCloseTo(
                        number(report, "/overload/goodput_per_s") / number(report, "/overload/capacity_per_s"),
                        within(1e-4));
        assertThat(Files.readString(folder.resolve("report.svg"))).contains("<polyline", "Tiergate, gate on");
    }

    private static void assertAnswersWereMeasured(JsonNode subject) {
        JsonNode throughput = subject.get("throughput_per_s");
        assertThat(throughput.get("min").asDouble())
                .isPositive()
                .isLessThanOrEqualTo(throughput.get("median").asDouble());
        assertThat(throughput.get("max").asDouble())
                .isGreaterThanOrEqualTo(throughput.get("median").asDouble());
        assertThat(subject.at("/outcomes/failed").asLong()).isZero();
        assertThat(subject.get("latency")).isNotEmpty().allSatisfy(at -> {
            assertThat(at.at("/outcomes/failed").asLong()).isZero();
            assertThat(at.at("/answered_ms/p50/median").asDouble())
                    .isPositive()
                    .isLessThanOrEqualTo(at.at("/answered_ms/p99/median").asDouble());
        });
    }

    @Test
    void theGateAcceptsAndEscalatesAndNoSwapFailsACall() throws Exception {
        JsonNode report = bench("--smoke", "--only", "gated,swap", "--report", "gate.json");

        assertThat(report.get("limits")).isEmpty();
        assertThat(report.get("ratios")).isEmpty();
        JsonNode gated = report.at("/subjects/tiergate_gated/outcomes");
        assertThat(gated.get("accepted").asLong())
                .isGreaterThan(gated.get("escalated").asLong());
        assertThat(gated.get("escalated").asLong()).isPositive();
        assertThat(gated.has("ungated") || gated.has("shed")).isFalse();
        assertThat(report.at("/swap/swaps").asInt()).isEqualTo(SWAPS);
        assertThat(report.at("/swap/answered").asLong()).isPositive();
        assertThat(report.at("/swap/failed").asLong()).isZero();
    }

    @Test
    void theLedgerIsMeasuredAloneAndTheGatewayWithoutItsBroker() throws Exception {
        JsonNode report = bench("--smoke", "--only", "ledger,away", "--report", "ledger.json");

        assertThat(report.get("left_out")).isEmpty();
        assertThat(number(report, "/ledger/per_s")).isPositive();
        assertThat(number(report, "/ledger/slow_commit_per_s"))
                .as("no more fit into a second than a hundred groups")
                .isBetween(1.0, 100 * 512.0);
        assertThat(number(report, "/ledger/p99_over_append_fsync_p99")).isPositive();
        assertThat(number(report, "/ledger/pending_samples")).isEqualTo(2_000);
        assertThat(number(report, "/broker_away/failed")).isZero();
        assertThat(number(report, "/broker_away/shed_away")).isZero();
        assertThat(number(report, "/broker_away/backlog_samples"))
                .isEqualTo(number(report, "/broker_away/escalated_away"));
        assertThat(number(report, "/broker_away/drain_per_s")).isPositive();
    }

    private static double number(JsonNode report, String pointer) {
        assertThat(report.at(pointer).isNumber()).as(pointer).isTrue();
        return report.at(pointer).asDouble();
    }

    /** @param arguments the last is the report, in the working folder */
    private JsonNode bench(String... arguments) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Path out = folder.resolve("out.txt");
        List<String> command = new ArrayList<>(List.of("/bin/sh", LAUNCHER.toString(), "bench", "--verbose"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().putAll(Map.of("TIERGATE_SKIP_BUILD", "1"));
        Process process = builder.start();
        process.getOutputStream().close();
        boolean ended = process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES);
        if (!ended) {
            // It stops what it has started.
            process.destroy();
        }
        String said = Files.readString(out);
        assertThat(ended).as("%s ended in time: %s", command, said).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        try (Stream<Path> left = Files.list(folder.resolve(".tiergate/bench"))) {
            assertThat(left.map(Path::getFileName).map(Path::toString)).isSubsetOf("cache");
        }
        return new ObjectMapper()
                .readTree(folder.resolve(arguments[arguments.length - 1]).toFile());
    }
}
