package io.tiergate.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class BenchReportTest {
    private final Findings findings = FindingsFixture.complete();

    @TempDir
    Path folder;

    private JsonNode written() throws Exception {
        Path file = folder.resolve("report.json");
        ObjectNode report = BenchReport.of(findings, new Comparison(findings), Machine.describe(), BenchLength.SMOKE);
        BenchReport.write(file, report);
        return new ObjectMapper().readTree(file.toFile());
    }

    private static List<String> keys(JsonNode node) {
        List<String> keys = new ArrayList<>();
        node.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    @Test
    void theReportHasTheKeysThatOtherProgramsRead() throws Exception {
        JsonNode report = written();

        assertThat(keys(report))
                .contains("machine", "limits", "subjects", "ratios", "overload", "swap", "footprint", "left_out");
        assertThat(keys(report.get("limits")))
                .containsExactly("model_batch1_per_s", "model_best_batch_per_s", "grpc_echo_per_s", "composed_per_s");
        assertThat(keys(report.get("subjects")))
                .containsExactly("afternoon", "node", "tiergate_plain", "tiergate_gated");
        assertThat(keys(report.get("ratios")))
                .containsExactly(
                        "plain_to_limit",
                        "gated_to_limit",
                        "gated_to_afternoon",
                        "gated_to_node",
                        "accepted_p50_minus_echo_p50_in_model_times",
                        "accepted_p99_over_echo_p99",
                        "escalated_p99_minus_echo_p99_in_fsync_p99",
                        "goodput_at_1_5");
        assertThat(keys(report.get("footprint"))).contains("rss_idle_mib", "start_s");
        assertThat(report.get("limits"))
                .allSatisfy(limit -> assertThat(limit.isNumber()).isTrue());
        assertThat(report.get("ratios"))
                .allSatisfy(ratio -> assertThat(ratio.isNumber()).isTrue());
        assertThat(report.at("/machine/processors").asInt()).isPositive();
    }

    @Test
    void aSubjectHasItsThroughputAndItsLatenciesAtEachArrivalRate() throws Exception {
        JsonNode gated = written().at("/subjects/tiergate_gated");

        assertThat(gated.at("/throughput_per_s/min").asDouble()).isEqualTo(750);
        assertThat(gated.at("/throughput_per_s/median").asDouble()).isEqualTo(1_000);
        assertThat(gated.at("/throughput_per_s/rounds").size()).isEqualTo(3);
        JsonNode tenth = gated.get("latency").get(0);
        assertThat(tenth.get("load").asDouble()).isEqualTo(0.1);
        assertThat(tenth.at("/outcomes/escalated").asLong()).isEqualTo(30);
        assertThat(tenth.at("/accepted_ms/p99/median").asDouble()).isEqualTo(4);
        assertThat(tenth.at("/escalated_ms/p99/max").asDouble()).isEqualTo(8);
        assertThat(tenth.at("/answered_ms/p50/median").asDouble()).isEqualTo(2);
    }

    @Test
    void whatIsLeftOutIsNamedWithItsReason() throws Exception {
        findings.leaveOut(Measurement.NODE, "Node.js is not installed");

        JsonNode report = written();

        assertThat(report.get("subjects").has("node")).isFalse();
        assertThat(report.at("/left_out/node").asText()).isEqualTo("Node.js is not installed");
        assertThat(new BenchTable(findings, new Comparison(findings)).lines())
                .contains("Left out: Node.js in an afternoon, since Node.js is not installed")
                .anySatisfy(line -> assertThat(line).matches("plain_to_limit +0\\.800"))
                .anySatisfy(line -> assertThat(line).matches("limit: echo and model +1,714"));
    }

    @Test
    void thePlotIsAPictureWithALineForEachSubjectAndPercentile() throws Exception {
        Path file = folder.resolve("plot.svg");
        LatencyPlot.write(file, BenchReport.withLatencies(findings));

        Document svg = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
        assertThat(svg.getElementsByTagName("polyline").getLength()).isEqualTo(4);
        assertThat(Files.readString(file))
                .contains("gRPC echo", "Tiergate, gate on")
                .doesNotContain("NaN", "Infinity");
    }

    @Test
    void withoutLatenciesThereIsNoPlot() throws Exception {
        Path file = folder.resolve("plot.svg");
        LatencyPlot.write(file, BenchReport.withLatencies(new Findings()));

        assertThat(file).doesNotExist();
    }
}
