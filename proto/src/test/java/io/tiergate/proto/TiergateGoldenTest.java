package io.tiergate.proto;

import static io.tiergate.testing.wire.WireBytes.ALL_ONES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DoubleValue;
import com.google.protobuf.Duration;
import com.google.protobuf.Int64Value;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import io.tiergate.proto.v1.ClaimCheck;
import io.tiergate.proto.v1.Decision;
import io.tiergate.proto.v1.Disagreement;
import io.tiergate.proto.v1.EdgePrediction;
import io.tiergate.proto.v1.EnsembleOpinion;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Escalation;
import io.tiergate.proto.v1.EscalationMode;
import io.tiergate.proto.v1.EscalationState;
import io.tiergate.proto.v1.FellBehind;
import io.tiergate.proto.v1.FinalVerdict;
import io.tiergate.proto.v1.GateStatus;
import io.tiergate.proto.v1.GetGateRequest;
import io.tiergate.proto.v1.GetOutboxRequest;
import io.tiergate.proto.v1.GetVerdictRequest;
import io.tiergate.proto.v1.InferOptions;
import io.tiergate.proto.v1.InferRequest;
import io.tiergate.proto.v1.InferResponse;
import io.tiergate.proto.v1.InferStreamRequest;
import io.tiergate.proto.v1.InferStreamResponse;
import io.tiergate.proto.v1.LabeledSample;
import io.tiergate.proto.v1.MemberOpinion;
import io.tiergate.proto.v1.ModelReference;
import io.tiergate.proto.v1.OutboxStatus;
import io.tiergate.proto.v1.Purpose;
import io.tiergate.proto.v1.RelayState;
import io.tiergate.proto.v1.ReportLabelRequest;
import io.tiergate.proto.v1.ReportLabelResponse;
import io.tiergate.proto.v1.ReportedLabel;
import io.tiergate.proto.v1.RequestFailure;
import io.tiergate.proto.v1.SampleResult;
import io.tiergate.proto.v1.TelemetryWindow;
import io.tiergate.proto.v1.Tensor;
import io.tiergate.proto.v1.Tensors;
import io.tiergate.proto.v1.Tier;
import io.tiergate.proto.v1.Unfollowed;
import io.tiergate.proto.v1.Verdict;
import io.tiergate.proto.v1.VerdictEvent;
import io.tiergate.proto.v1.VerdictSource;
import io.tiergate.proto.v1.WatchVerdictsRequest;
import io.tiergate.testing.wire.WireBytes;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The bytes of Tiergate's own messages, written down by hand. Edges and clouds are upgraded apart, and records lie in ledgers and topics
 * for weeks: what is here is never changed, only added to.
 */
class TiergateGoldenTest {
    private static final String QUARTER = " 00 00 00 00 00 00 d0 3f ";
    private static final String HALF = " 00 00 00 00 00 00 e0 3f ";
    private static final String ONE = " 00 00 00 00 00 00 f0 3f ";
    /** A quarter and three quarters, packed, after their length. */
    private static final String PROBABILITIES = " 08 00 00 80 3e 00 00 40 3f ";

    private static final String TIME = " 08 03 10 04 ";
    private static final String TENSOR = " 0a 01 'x' 12 04 'FP32' 1a 02 01 01 22 04 00 00 80 3f ";
    private static final String MODEL = " 0a 01 'm' 10 02 1a 06 'sha256' ";
    private static final String PREDICTION = " 08 01 12 01 'b' 1a" + PROBABILITIES;
    private static final String DISAGREEMENT = " 09" + HALF + "11" + QUARTER + "19" + ONE + "20 01 ";
    private static final String REPORTED = " 0a 01 'b' 10 01 1a 04" + TIME;
    private static final String CLAIM = " 0a 03 'u:1' 10 80 08 1a 02 ab cd ";
    private static final String FINAL =
            " 0a 01 'b' 10 01 1a" + PROBABILITIES + "20 02 28 14 30 01 38 01 42 0d" + MODEL + "4a 1d" + DISAGREEMENT;
    private static final String PARKED =
            " 0a 06 'unsure' 12 01 'b' 18" + ALL_ONES + "22 1d" + DISAGREEMENT + "2a 0d" + MODEL;
    private static final String STATISTIC = " 0a 01 'x' 12 10" + HALF + ONE + "1a 01 07 ";
    private static final String OPTIONS = " 08 02 10 01 1a 09 09" + HALF + "22 04" + TIME + "2a 01 'u' ";
    private static final String RESULT = " 08 02 10 01 1a 01 'b' 20 01 28 01 31" + QUARTER + "39" + HALF
            + "42 0f 'below-threshold' 4a 02 'e1' 52 0f" + PREDICTION;
    private static final String RESPONSE = " 0a 0d" + MODEL + "12 43" + RESULT;
    private static final String FAILURE = " 08 03 12 03 'bad' ";
    private static final String UNFOLLOWED = " 0a 02 'e1' 0a 02 'e2' ";
    private static final String FINAL_VERDICT =
            " 08 01 12 01 'b' 1a" + PROBABILITIES + "20 01 28 0a 30 02 38 01 42 04" + TIME;
    private static final String ESCALATION =
            " 0a 02 'e1' 10 04 18 01 22 01 'm' 28 02 32 06 'unsure' 38" + ALL_ONES + "42 01 'a' 4a 1d" + FINAL_VERDICT;
    private static final String GUARANTEE = " 08 01 11" + QUARTER + "19" + ONE + "22 09 09" + HALF + "29" + HALF
            + "30 ac 02 38 07 42 04" + TIME + "4a 04 08 05 10 06 ";
    private static final String RISK =
            " 0a 09 09" + QUARTER + "11" + HALF + "19" + ONE + "22 09 09" + HALF + "28 05 30 02 38 03 ";
    private static final String BUDGET = " 0a 09 09" + QUARTER + "12 03 08 ac 02 1a 04 'risk' 20 01 28 07 30 03 ";
    private static final String ALARM = " 08 ac 02 12 04 'risk' ";

    static Stream<Arguments> shared() {
        return Stream.of(
                arguments(TENSOR, tensor()),
                arguments(MODEL, model()),
                arguments(PREDICTION, prediction()),
                arguments(
                        "08" + ALL_ONES,
                        EdgePrediction.newBuilder().setLabelIndex(-1).build()),
                arguments(DISAGREEMENT, disagreement()));
    }

    static Stream<Arguments> records() {
        return Stream.of(
                arguments(
                        "0a 02 'e1' 12 01 't' 1a 01 's' 22 01 'd' 28 07 30 02 38 ac 02 40 01 49" + HALF + "52 0d"
                                + MODEL + "5a 01 'n' 62 0f" + PREDICTION + "6a 06 'margin' 71" + QUARTER + "79" + HALF
                                + "82 01 0f 'below-threshold' 8a 01 02 ab cd 92 01 01 'u' 9a 01 04" + TIME
                                + "a2 01 15 0a 13" + TENSOR + "b2 01 0b" + REPORTED,
                        EscalatedSample.newBuilder()
                                .setEscalationId("e1")
                                .setTenant("t")
                                .setSite("s")
                                .setDevice("d")
                                .setReplyPartition(7)
                                .setAttempt(2)
                                .setLedgerSequence(300)
                                .setPurpose(Purpose.PURPOSE_ESCALATED)
                                .setInclusionProbability(0.5)
                                .setModel(model())
                                .setEnsemble("n")
                                .setPrediction(prediction())
                                .setScoreName("margin")
                                .setScore(0.25)
                                .setThreshold(0.5)
                                .setReason("below-threshold")
                                .setContentDigest(digest())
                                .setSubject("u")
                                .setCreatedAt(time())
                                .setTensors(Tensors.newBuilder().addTensors(tensor()))
                                .setReportedLabel(reported())
                                .build()),
                arguments(
                        "0a 02 'e1' aa 01 0c" + CLAIM,
                        EscalatedSample.newBuilder()
                                .setEscalationId("e1")
                                .setClaimCheck(claim())
                                .build()),
                arguments(
                        "0a 02 'e1' b8 01 ac 02",
                        EscalatedSample.newBuilder()
                                .setEscalationId("e1")
                                .setGateEpoch(300)
                                .build()),
                arguments(REPORTED, reported()),
                arguments(
                        "0a 13" + TENSOR,
                        Tensors.newBuilder().addTensors(tensor()).build()),
                arguments(
                        "12 0c" + CLAIM,
                        Tensors.newBuilder().setFetchedFrom(claim()).build()),
                arguments(
                        "aa 01 0c" + CLAIM,
                        LabeledSample.newBuilder().setClaimCheck(claim()).build()),
                arguments(CLAIM, claim()),
                arguments(
                        "0a 02 'e1' 12 01 't' 1a 01 's' 22 01 'd' 28 02 32 04" + TIME + "3a 45" + FINAL,
                        Verdict.newBuilder()
                                .setEscalationId("e1")
                                .setTenant("t")
                                .setSite("s")
                                .setDevice("d")
                                .setAttempt(2)
                                .setDecidedAt(time())
                                .setFinal(finalVerdict())
                                .build()),
                arguments(
                        "42 44" + PARKED,
                        Verdict.newBuilder().setParked(parked()).build()),
                arguments(
                        "4a 08 0a 06 'broken'",
                        Verdict.newBuilder().setRejected(rejected()).build()),
                arguments(FINAL, finalVerdict()),
                arguments(PARKED, parked()),
                arguments(
                        PARKED + "32 09 09" + HALF,
                        parked().toBuilder()
                                .setEdgeWrongProbability(DoubleValue.of(0.5))
                                .build()),
                // An edge that is certainly right is not one of which nothing is known.
                arguments(
                        PARKED + "32 00",
                        parked().toBuilder()
                                .setEdgeWrongProbability(DoubleValue.of(0))
                                .build()),
                arguments("0a 06 'broken'", rejected()),
                arguments(
                        "0a 02 'e1' 12 01 't' 1a 01 's' 22 01 'd' 2a 01 'u' 32 02 ab cd 3a 01 'b' 40 01 48 03 50 1e 58 01"
                                + " 62 04" + TIME + "68 02 71" + HALF + "7a 0d" + MODEL + "82 01 0f" + PREDICTION
                                + "8a 01 0d" + MODEL + "92 01" + PROBABILITIES + "9a 01 1d" + DISAGREEMENT
                                + "a2 01 13" + TENSOR,
                        LabeledSample.newBuilder()
                                .setEscalationId("e1")
                                .setTenant("t")
                                .setSite("s")
                                .setDevice("d")
                                .setSubject("u")
                                .setContentDigest(digest())
                                .setLabel("b")
                                .setLabelIndex(1)
                                .setSource(VerdictSource.VERDICT_SOURCE_HUMAN)
                                .setRank(30)
                                .setRevision(1)
                                .setDecidedAt(time())
                                .setPurpose(Purpose.PURPOSE_AUDITED)
                                .setInclusionProbability(0.5)
                                .setModel(model())
                                .setPrediction(prediction())
                                .setEnsemble(model())
                                .addAllEnsembleProbabilities(List.of(0.25f, 0.75f))
                                .setDisagreement(disagreement())
                                .addTensors(tensor())
                                .build()),
                arguments(
                        "0a 01 't' 12 01 's' 1a 01 'd' 22 0d" + MODEL + "28 05 32 04" + TIME + "3a 04 08 05 10 06"
                                + " 42 08 0a 04 'SHED' 10 02 4a 03 01 ac 02 52 01 04 5a 18" + STATISTIC,
                        TelemetryWindow.newBuilder()
                                .setTenant("t")
                                .setSite("s")
                                .setDevice("d")
                                .setModel(model())
                                .setSequence(5)
                                .setStartedAt(time())
                                .setEndedAt(Timestamp.newBuilder().setSeconds(5).setNanos(6))
                                .putDecisions("SHED", 2)
                                .addAllClasses(List.of(1L, 300L))
                                .addConfidenceBins(4)
                                .addInputStatistics(statistic())
                                .build()),
                arguments(STATISTIC, statistic()),
                arguments(
                        "0a 0d 0a 01 'm' 12 08 00 00 80 3e 00 00 40 3f",
                        EnsembleOpinion.newBuilder().addMembers(member()).build()),
                arguments("0a 01 'm' 12 08 00 00 80 3e 00 00 40 3f", member()));
    }

    static Stream<Arguments> calls() {
        return Stream.of(
                arguments(
                        "0a 01 'm' 12 01 '1' 1a 13" + TENSOR + "22 18" + OPTIONS + "2a 02 ab cd",
                        InferRequest.newBuilder()
                                .setModelName("m")
                                .setModelVersion("1")
                                .addInputs(tensor())
                                .setOptions(options())
                                .addImages(digest())
                                .build()),
                arguments(OPTIONS, options()),
                arguments(RESPONSE, response()),
                arguments(RESULT, result()),
                arguments(
                        "0a 02 'e1' 12 04" + TIME,
                        GetVerdictRequest.newBuilder()
                                .setEscalationId("e1")
                                .setWait(duration())
                                .build()),
                arguments(ESCALATION, escalation()),
                arguments(FINAL_VERDICT, escalation().getVerdict()),
                arguments(
                        "0a 02 'e1' 12 01 'b'",
                        ReportLabelRequest.newBuilder()
                                .setEscalationId("e1")
                                .setLabel("b")
                                .build()),
                arguments(
                        "0a 42" + ESCALATION + "10 01",
                        ReportLabelResponse.newBuilder()
                                .setEscalation(escalation())
                                .setStands(true)
                                .build()));
    }

    static Stream<Arguments> streams() {
        return Stream.of(
                arguments(
                        "0a 02 'r7' 12 03 0a 01 'm' 18 01",
                        InferStreamRequest.newBuilder()
                                .setRequestId("r7")
                                .setRequest(InferRequest.newBuilder().setModelName("m"))
                                .setNoVerdicts(true)
                                .build()),
                arguments(
                        "0a 02 'r7' 12 54" + RESPONSE,
                        InferStreamResponse.newBuilder()
                                .setRequestId("r7")
                                .setResult(response())
                                .build()),
                arguments(
                        "1a 07" + FAILURE,
                        InferStreamResponse.newBuilder().setFailure(failure()).build()),
                arguments(
                        "22 42" + ESCALATION,
                        InferStreamResponse.newBuilder()
                                .setVerdict(escalation())
                                .build()),
                arguments(
                        "2a 08" + UNFOLLOWED,
                        InferStreamResponse.newBuilder()
                                .setUnfollowed(unfollowed())
                                .build()),
                arguments(FAILURE, failure()),
                arguments(UNFOLLOWED, unfollowed()),
                arguments(
                        "08" + ALL_ONES + "10 01 1a 01 'm' 22 02 03 04 28 02 30 01",
                        WatchVerdictsRequest.newBuilder()
                                .setAfterCursor(-1)
                                .setOnlyNew(true)
                                .setModelName("m")
                                .addStates(EscalationState.ESCALATION_STATE_PARKED)
                                .addStates(EscalationState.ESCALATION_STATE_VERDICT)
                                .setPurpose(Purpose.PURPOSE_AUDITED)
                                .setSource(VerdictSource.VERDICT_SOURCE_ENSEMBLE)
                                .build()),
                arguments(
                        "08 05 12 42" + ESCALATION + "20 09",
                        VerdictEvent.newBuilder()
                                .setCursor(5)
                                .setEscalation(escalation())
                                .setLatestCursor(9)
                                .build()),
                arguments(
                        "1a 02 08 04",
                        VerdictEvent.newBuilder().setFellBehind(fellBehind()).build()),
                arguments("08 04", fellBehind()));
    }

    static Stream<Arguments> gates() {
        return Stream.of(
                arguments(
                        "0a 01 'm' 12 01 '1'",
                        GetGateRequest.newBuilder()
                                .setModelName("m")
                                .setModelVersion("1")
                                .build()),
                arguments(
                        "0a 0d" + MODEL + "12 04 'risk' 1a 0b 'answer-fast' 22 09 09" + HALF + "2a 04 'fine' 30 ac 02"
                                + " 3a 09 09" + QUARTER + "41" + HALF + "4a 39" + GUARANTEE + "52 2e" + RISK + "5a 1c"
                                + BUDGET + "62 09" + ALARM + "68 01",
                        GateStatus.newBuilder()
                                .setModel(model())
                                .setPolicy("risk")
                                .setPreset("answer-fast")
                                .setThreshold(DoubleValue.of(0.5))
                                .setSummary("fine")
                                .setDecided(300)
                                .setEscalationRatio(DoubleValue.of(0.25))
                                .setAuditRate(0.5)
                                .setGuarantee(guarantee())
                                .setRisk(risk())
                                .setBudget(budget())
                                .addAlarms(alarm())
                                .setBraked(true)
                                .build()),
                // A share of nothing is known; one that nobody knows is absent.
                arguments(
                        "22 00 3a 00 52 04 0a 00 22 00 5a 04 0a 00 12 00",
                        GateStatus.newBuilder()
                                .setThreshold(DoubleValue.of(0))
                                .setEscalationRatio(DoubleValue.of(0))
                                .setRisk(GateStatus.RiskReport.newBuilder()
                                        .setEstimatedRisk(DoubleValue.of(0))
                                        .setDisagreement(DoubleValue.of(0)))
                                .setBudget(GateStatus.BudgetReport.newBuilder()
                                        .setMaxEscalationRate(DoubleValue.of(0))
                                        .setMaxBytesPerDay(Int64Value.of(0)))
                                .build()),
                arguments(GUARANTEE, guarantee()),
                arguments(RISK, risk()),
                arguments(BUDGET, budget()),
                arguments(ALARM, alarm()));
    }

    static Stream<Arguments> outboxes() {
        return Stream.of(
                arguments("", GetOutboxRequest.getDefaultInstance()),
                arguments(
                        "08 ac 02 10 01 18 02 20 03 28 04 30 05 38 06 40 07 48 08 50 09 58 0a 60 0b 6a 04" + TIME
                                + "70 01 78 05 82 01 04" + TIME,
                        OutboxStatus.newBuilder()
                                .setEscalated(300)
                                .setAudited(1)
                                .setPending(2)
                                .setSent(3)
                                .setParked(4)
                                .setVerdict(5)
                                .setExpired(6)
                                .setEvicted(7)
                                .setRejected(8)
                                .setLabels(9)
                                .setBytes(10)
                                .setCapacityBytes(11)
                                .setOldest(duration())
                                .setDiskFailing(true)
                                .setRelay(RelayState.RELAY_STATE_PAUSED)
                                .setNextTryIn(duration())
                                .build()));
    }

    @ParameterizedTest
    @MethodSource({"shared", "records", "calls", "streams", "gates", "outboxes"})
    void everyMessageHasItsBytesInBothDirections(String bytes, Message message) throws Exception {
        assertThat(HexFormat.ofDelimiter(" ").formatHex(message.toByteArray()))
                .isEqualTo(HexFormat.ofDelimiter(" ").formatHex(WireBytes.of(bytes)));
        assertThat(message.getParserForType().parseFrom(WireBytes.of(bytes))).isEqualTo(message);
    }

    @Test
    void everyFieldOfEveryMessageIsWrittenDownHere() {
        List<FieldDescriptor> written = Stream.of(shared(), records(), calls(), streams(), gates(), outboxes())
                .flatMap(golden -> golden)
                .flatMap(golden -> ((Message) golden.get()[1]).getAllFields().keySet().stream())
                .toList();
        assertThat(TiergateWireTest.messages().flatMap(message -> message.getFields().stream()))
                .isNotEmpty()
                .allSatisfy(field -> assertThat(written).contains(field));
    }

    /** A message without fields too. */
    @Test
    void everyMessageIsWrittenDownHere() {
        List<Descriptor> written = Stream.of(shared(), records(), calls(), streams(), gates(), outboxes())
                .flatMap(golden -> golden)
                .map(golden -> ((Message) golden.get()[1]).getDescriptorForType())
                .toList();
        assertThat(written).containsAll(TiergateWireTest.messages().toList());
    }

    private static ByteString digest() {
        return ByteString.copyFrom(new byte[] {(byte) 0xab, (byte) 0xcd});
    }

    private static Timestamp time() {
        return Timestamp.newBuilder().setSeconds(3).setNanos(4).build();
    }

    private static Duration duration() {
        return Duration.newBuilder().setSeconds(3).setNanos(4).build();
    }

    private static Tensor tensor() {
        return Tensor.newBuilder()
                .setName("x")
                .setDatatype("FP32")
                .addShape(1)
                .addShape(1)
                .setData(ByteString.copyFrom(WireBytes.of("00 00 80 3f")))
                .build();
    }

    private static ModelReference model() {
        return ModelReference.newBuilder()
                .setName("m")
                .setVersion(2)
                .setDigest("sha256")
                .build();
    }

    private static EdgePrediction prediction() {
        return EdgePrediction.newBuilder()
                .setLabelIndex(1)
                .setLabel("b")
                .addAllProbabilities(List.of(0.25f, 0.75f))
                .build();
    }

    private static Disagreement disagreement() {
        return Disagreement.newBuilder()
                .setEntropy(0.5)
                .setVoteEntropy(0.25)
                .setMutualInformation(1)
                .setUnanimous(true)
                .build();
    }

    private static ReportedLabel reported() {
        return ReportedLabel.newBuilder()
                .setLabel("b")
                .setRevision(1)
                .setReportedAt(time())
                .build();
    }

    private static ClaimCheck claim() {
        return ClaimCheck.newBuilder()
                .setUri("u:1")
                .setSizeBytes(1024)
                .setDigest(digest())
                .build();
    }

    private static Verdict.Final finalVerdict() {
        return Verdict.Final.newBuilder()
                .setLabel("b")
                .setLabelIndex(1)
                .addAllProbabilities(List.of(0.25f, 0.75f))
                .setSource(VerdictSource.VERDICT_SOURCE_APPLICATION)
                .setRank(20)
                .setRevision(1)
                .setDegraded(true)
                .setEnsemble(model())
                .setDisagreement(disagreement())
                .build();
    }

    private static Verdict.Parked parked() {
        return Verdict.Parked.newBuilder()
                .setReason("unsure")
                .setProvisionalLabel("b")
                .setProvisionalLabelIndex(-1)
                .setDisagreement(disagreement())
                .setEnsemble(model())
                .build();
    }

    private static Verdict.Rejected rejected() {
        return Verdict.Rejected.newBuilder().setReason("broken").build();
    }

    private static MemberOpinion member() {
        return MemberOpinion.newBuilder()
                .setName("m")
                .addAllProbabilities(List.of(0.25f, 0.75f))
                .build();
    }

    private static TelemetryWindow.InputStatistic statistic() {
        return TelemetryWindow.InputStatistic.newBuilder()
                .setName("x")
                .addAllEdges(List.of(0.5, 1.0))
                .addCounts(7)
                .build();
    }

    private static InferOptions options() {
        return InferOptions.newBuilder()
                .setEscalation(EscalationMode.ESCALATION_MODE_ALWAYS)
                .setNeverAudit(true)
                .setThreshold(DoubleValue.of(0.5))
                .setWait(duration())
                .setSubject("u")
                .build();
    }

    private static InferResponse response() {
        return InferResponse.newBuilder().setModel(model()).addResults(result()).build();
    }

    private static SampleResult result() {
        return SampleResult.newBuilder()
                .setDecision(Decision.DECISION_ESCALATED)
                .setLabelIndex(1)
                .setLabel("b")
                .setTier(Tier.TIER_EDGE)
                .setProvisional(true)
                .setConfidence(0.25)
                .setThreshold(0.5)
                .setReason("below-threshold")
                .setEscalationId("e1")
                .setEdge(prediction())
                .build();
    }

    private static RequestFailure failure() {
        return RequestFailure.newBuilder().setCode(3).setMessage("bad").build();
    }

    private static Unfollowed unfollowed() {
        return Unfollowed.newBuilder()
                .addEscalationIds("e1")
                .addEscalationIds("e2")
                .build();
    }

    private static FellBehind fellBehind() {
        return FellBehind.newBuilder().setOldestCursor(4).build();
    }

    private static GateStatus.Guarantee guarantee() {
        return GateStatus.Guarantee.newBuilder()
                .setHolds(true)
                .setTargetRisk(0.25)
                .setConfidence(1)
                .setCertifiedThreshold(DoubleValue.of(0.5))
                .setCertifiedCoverage(0.5)
                .setSamples(300)
                .setErrors(7)
                .setCreatedAt(time())
                .setExpiresAt(Timestamp.newBuilder().setSeconds(5).setNanos(6))
                .build();
    }

    private static GateStatus.RiskReport risk() {
        return GateStatus.RiskReport.newBuilder()
                .setEstimatedRisk(DoubleValue.of(0.25))
                .setLowerBound(0.5)
                .setUpperBound(1)
                .setDisagreement(DoubleValue.of(0.5))
                .setAudits(5)
                .setUnresolved(2)
                .setEpoch(3)
                .build();
    }

    private static GateStatus.BudgetReport budget() {
        return GateStatus.BudgetReport.newBuilder()
                .setMaxEscalationRate(DoubleValue.of(0.25))
                .setMaxBytesPerDay(Int64Value.of(300))
                .setYields("risk")
                .setExhausted(true)
                .setShed(7)
                .setOverspent(3)
                .build();
    }

    private static GateStatus.GateAlarm alarm() {
        return GateStatus.GateAlarm.newBuilder().setAt(300).setSignal("risk").build();
    }

    private static Escalation escalation() {
        return Escalation.newBuilder()
                .setEscalationId("e1")
                .setState(EscalationState.ESCALATION_STATE_VERDICT)
                .setPurpose(Purpose.PURPOSE_ESCALATED)
                .setModelName("m")
                .setModelVersion(2)
                .setReason("unsure")
                .setEdgeLabelIndex(-1)
                .setEdgeLabel("a")
                .setVerdict(FinalVerdict.newBuilder()
                        .setLabelIndex(1)
                        .setLabel("b")
                        .addAllProbabilities(List.of(0.25f, 0.75f))
                        .setSource(VerdictSource.VERDICT_SOURCE_ENSEMBLE)
                        .setRank(10)
                        .setRevision(2)
                        .setDegraded(true)
                        .setDecidedAt(time()))
                .build();
    }
}
