package io.tiergate.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.InferRequest;
import io.tiergate.proto.v1.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Names, numbers and types of Tiergate's own messages. Some types share their bytes, so that {@link TiergateGoldenTest} cannot tell them
 * apart: a text from bytes, and integers of one width from those of another.
 */
class TiergateWireTest {
    private static final String PACKAGE = "tiergate.v1.";

    private static final List<FileDescriptor> FILES = List.of(
            Tensor.getDescriptor().getFile(),
            EscalatedSample.getDescriptor().getFile(),
            InferRequest.getDescriptor().getFile());

    /** Every message of the files, but not those that maps are made of. */
    static Stream<Descriptor> messages() {
        return FILES.stream().flatMap(file -> file.getMessageTypes().stream()).flatMap(TiergateWireTest::withNested);
    }

    private static Stream<Descriptor> withNested(Descriptor message) {
        return message.getOptions().getMapEntry()
                ? Stream.empty()
                : Stream.concat(
                        Stream.of(message), message.getNestedTypes().stream().flatMap(TiergateWireTest::withNested));
    }

    private static Stream<EnumDescriptor> enumerations() {
        return Stream.concat(
                FILES.stream().flatMap(file -> file.getEnumTypes().stream()),
                messages().flatMap(message -> message.getEnumTypes().stream()));
    }

    static Stream<Arguments> fields() {
        return Stream.of(
                Arguments.of("Tensor", "name=1:string datatype=2:string shape=3:int64* data=4:bytes"),
                Arguments.of("ModelReference", "name=1:string version=2:int64 digest=3:string"),
                Arguments.of("EdgePrediction", "label_index=1:int32 label=2:string probabilities=3:float*"),
                Arguments.of(
                        "Disagreement",
                        "entropy=1:double vote_entropy=2:double mutual_information=3:double unanimous=4:bool"),
                Arguments.of(
                        "EscalatedSample",
                        "escalation_id=1:string tenant=2:string site=3:string device=4:string reply_partition=5:int32 attempt=6:int32"
                                + " ledger_sequence=7:int64 purpose=8:Purpose inclusion_probability=9:double model=10:ModelReference"
                                + " ensemble=11:string prediction=12:EdgePrediction score_name=13:string score=14:double threshold=15:double"
                                + " reason=16:string content_digest=17:bytes subject=18:string created_at=19:google.protobuf.Timestamp"
                                + " tensors=20:Tensors claim_check=21:ClaimCheck reported_label=22:ReportedLabel"
                                + " gate_epoch=23:int64"),
                Arguments.of(
                        "ReportedLabel", "label=1:string revision=2:int32 reported_at=3:google.protobuf.Timestamp"),
                Arguments.of("Tensors", "tensors=1:Tensor* fetched_from=2:ClaimCheck"),
                Arguments.of("ClaimCheck", "uri=1:string size_bytes=2:int64 digest=3:bytes"),
                Arguments.of(
                        "Verdict",
                        "escalation_id=1:string tenant=2:string site=3:string device=4:string attempt=5:int32"
                                + " decided_at=6:google.protobuf.Timestamp final=7:Verdict.Final parked=8:Verdict.Parked rejected=9:Verdict.Rejected"),
                Arguments.of(
                        "Verdict.Final",
                        "label=1:string label_index=2:int32 probabilities=3:float* source=4:VerdictSource rank=5:int32 revision=6:int32"
                                + " degraded=7:bool ensemble=8:ModelReference disagreement=9:Disagreement"),
                Arguments.of(
                        "Verdict.Parked",
                        "reason=1:string provisional_label=2:string provisional_label_index=3:int32 disagreement=4:Disagreement"
                                + " ensemble=5:ModelReference edge_wrong_probability=6:google.protobuf.DoubleValue"),
                Arguments.of("Verdict.Rejected", "reason=1:string"),
                Arguments.of(
                        "LabeledSample",
                        "escalation_id=1:string tenant=2:string site=3:string device=4:string subject=5:string content_digest=6:bytes"
                                + " label=7:string label_index=8:int32 source=9:VerdictSource rank=10:int32 revision=11:int32"
                                + " decided_at=12:google.protobuf.Timestamp purpose=13:Purpose inclusion_probability=14:double"
                                + " model=15:ModelReference prediction=16:EdgePrediction ensemble=17:ModelReference ensemble_probabilities=18:float*"
                                + " disagreement=19:Disagreement tensors=20:Tensor* claim_check=21:ClaimCheck"),
                Arguments.of(
                        "TelemetryWindow",
                        "tenant=1:string site=2:string device=3:string model=4:ModelReference sequence=5:int64"
                                + " started_at=6:google.protobuf.Timestamp ended_at=7:google.protobuf.Timestamp"
                                + " decisions=8:TelemetryWindow.DecisionsEntry* classes=9:int64* confidence_bins=10:int64*"
                                + " input_statistics=11:TelemetryWindow.InputStatistic*"),
                Arguments.of("TelemetryWindow.InputStatistic", "name=1:string edges=2:double* counts=3:int64*"),
                Arguments.of("EnsembleOpinion", "members=1:MemberOpinion*"),
                Arguments.of("MemberOpinion", "name=1:string probabilities=2:float*"),
                Arguments.of(
                        "InferRequest",
                        "model_name=1:string model_version=2:string inputs=3:Tensor* options=4:InferOptions images=5:bytes*"),
                Arguments.of(
                        "InferOptions",
                        "escalation=1:EscalationMode never_audit=2:bool threshold=3:google.protobuf.DoubleValue"
                                + " wait=4:google.protobuf.Duration subject=5:string"),
                Arguments.of("InferResponse", "model=1:ModelReference results=2:SampleResult*"),
                Arguments.of(
                        "SampleResult",
                        "decision=1:Decision label_index=2:int32 label=3:string tier=4:Tier provisional=5:bool confidence=6:double"
                                + " threshold=7:double reason=8:string escalation_id=9:string edge=10:EdgePrediction"),
                Arguments.of("InferStreamRequest", "request_id=1:string request=2:InferRequest no_verdicts=3:bool"),
                Arguments.of(
                        "InferStreamResponse",
                        "request_id=1:string result=2:InferResponse failure=3:RequestFailure verdict=4:Escalation unfollowed=5:Unfollowed"),
                Arguments.of("RequestFailure", "code=1:int32 message=2:string"),
                Arguments.of("Unfollowed", "escalation_ids=1:string*"),
                Arguments.of("GetVerdictRequest", "escalation_id=1:string wait=2:google.protobuf.Duration"),
                Arguments.of(
                        "Escalation",
                        "escalation_id=1:string state=2:EscalationState purpose=3:Purpose model_name=4:string model_version=5:int64"
                                + " reason=6:string edge_label_index=7:int32 edge_label=8:string verdict=9:FinalVerdict"),
                Arguments.of(
                        "FinalVerdict",
                        "label_index=1:int32 label=2:string probabilities=3:float* source=4:VerdictSource rank=5:int32 revision=6:int32"
                                + " degraded=7:bool decided_at=8:google.protobuf.Timestamp"),
                Arguments.of("ReportLabelRequest", "escalation_id=1:string label=2:string"),
                Arguments.of("ReportLabelResponse", "escalation=1:Escalation stands=2:bool"),
                Arguments.of(
                        "WatchVerdictsRequest",
                        "after_cursor=1:uint64 only_new=2:bool model_name=3:string states=4:EscalationState* purpose=5:Purpose"
                                + " source=6:VerdictSource"),
                Arguments.of(
                        "VerdictEvent",
                        "cursor=1:uint64 escalation=2:Escalation fell_behind=3:FellBehind latest_cursor=4:uint64"),
                Arguments.of("FellBehind", "oldest_cursor=1:uint64"),
                Arguments.of("GetGateRequest", "model_name=1:string model_version=2:string"),
                Arguments.of(
                        "GateStatus",
                        "model=1:ModelReference policy=2:string preset=3:string threshold=4:google.protobuf.DoubleValue summary=5:string"
                                + " decided=6:int64 escalation_ratio=7:google.protobuf.DoubleValue audit_rate=8:double"
                                + " guarantee=9:GateStatus.Guarantee risk=10:GateStatus.RiskReport budget=11:GateStatus.BudgetReport"
                                + " alarms=12:GateStatus.GateAlarm* braked=13:bool"),
                Arguments.of(
                        "GateStatus.Guarantee",
                        "holds=1:bool target_risk=2:double confidence=3:double certified_threshold=4:google.protobuf.DoubleValue"
                                + " certified_coverage=5:double samples=6:int64 errors=7:int64 created_at=8:google.protobuf.Timestamp"
                                + " expires_at=9:google.protobuf.Timestamp"),
                Arguments.of(
                        "GateStatus.RiskReport",
                        "estimated_risk=1:google.protobuf.DoubleValue lower_bound=2:double upper_bound=3:double"
                                + " disagreement=4:google.protobuf.DoubleValue audits=5:int64 unresolved=6:int64 epoch=7:int64"),
                Arguments.of(
                        "GateStatus.BudgetReport",
                        "max_escalation_rate=1:google.protobuf.DoubleValue max_bytes_per_day=2:google.protobuf.Int64Value"
                                + " yields=3:string exhausted=4:bool shed=5:int64 overspent=6:int64"),
                Arguments.of("GateStatus.GateAlarm", "at=1:int64 signal=2:string"),
                Arguments.of("GetOutboxRequest", ""),
                Arguments.of(
                        "OutboxStatus",
                        "escalated=1:int64 audited=2:int64 pending=3:int64 sent=4:int64 parked=5:int64 verdict=6:int64 expired=7:int64"
                                + " evicted=8:int64 rejected=9:int64 labels=10:int64 bytes=11:int64 capacity_bytes=12:int64"
                                + " oldest=13:google.protobuf.Duration disk_failing=14:bool relay=15:RelayState"
                                + " next_try_in=16:google.protobuf.Duration"));
    }

    static Stream<Arguments> values() {
        return Stream.of(
                Arguments.of("Purpose", "PURPOSE_UNSPECIFIED=0 PURPOSE_ESCALATED=1 PURPOSE_AUDITED=2"),
                Arguments.of(
                        "VerdictSource",
                        "VERDICT_SOURCE_UNSPECIFIED=0 VERDICT_SOURCE_ENSEMBLE=1 VERDICT_SOURCE_APPLICATION=2 VERDICT_SOURCE_HUMAN=3"),
                Arguments.of(
                        "EscalationMode", "ESCALATION_MODE_AUTO=0 ESCALATION_MODE_NEVER=1 ESCALATION_MODE_ALWAYS=2"),
                Arguments.of(
                        "Decision",
                        "DECISION_UNSPECIFIED=0 DECISION_ACCEPTED=1 DECISION_ESCALATED=2 DECISION_LOCAL_ONLY=3 DECISION_SHED=4"
                                + " DECISION_RESOLVED=5"),
                Arguments.of("Tier", "TIER_UNSPECIFIED=0 TIER_EDGE=1 TIER_CLOUD=2 TIER_HUMAN=3"),
                Arguments.of(
                        "EscalationState",
                        "ESCALATION_STATE_UNSPECIFIED=0 ESCALATION_STATE_PENDING=1 ESCALATION_STATE_SENT=2 ESCALATION_STATE_PARKED=3"
                                + " ESCALATION_STATE_VERDICT=4 ESCALATION_STATE_EXPIRED=5 ESCALATION_STATE_EVICTED=6 ESCALATION_STATE_REJECTED=7"),
                Arguments.of(
                        "RelayState",
                        "RELAY_STATE_UNSPECIFIED=0 RELAY_STATE_OFF=1 RELAY_STATE_CLOSED=2 RELAY_STATE_OPEN=3 RELAY_STATE_HALF_OPEN=4"
                                + " RELAY_STATE_PAUSED=5"));
    }

    @ParameterizedTest
    @MethodSource("fields")
    void everyFieldKeepsItsNameNumberAndType(String message, String fields) {
        assertThat(messages().filter(type -> name(type.getFullName()).equals(message)))
                .singleElement()
                .satisfies(type -> assertThat(type.getFields().stream()
                                .map(TiergateWireTest::describe)
                                .collect(Collectors.joining(" ")))
                        .isEqualTo(fields));
    }

    @ParameterizedTest
    @MethodSource("values")
    void everyValueKeepsItsNameAndNumber(String enumeration, String values) {
        assertThat(enumerations().filter(type -> name(type.getFullName()).equals(enumeration)))
                .singleElement()
                .satisfies(type -> assertThat(type.getValues().stream()
                                .map(value -> value.getName() + "=" + value.getNumber())
                                .collect(Collectors.joining(" ")))
                        .isEqualTo(values));
    }

    /** By its path a call is found: {@code /tiergate.v1.TieredInference/Infer}. */
    @Test
    void everyCallKeepsItsNameAndTypes() {
        assertThat(InferRequest.getDescriptor().getFile().getServices())
                .singleElement()
                .satisfies(service -> {
                    assertThat(service.getFullName()).isEqualTo("tiergate.v1.TieredInference");
                    assertThat(service.getMethods().stream().map(TiergateWireTest::describe))
                            .containsExactly(
                                    "Infer InferRequest InferResponse",
                                    "InferStream InferStreamRequest* InferStreamResponse*",
                                    "GetVerdict GetVerdictRequest Escalation",
                                    "WatchVerdicts WatchVerdictsRequest VerdictEvent*",
                                    "ReportLabel ReportLabelRequest ReportLabelResponse",
                                    "GetGate GetGateRequest GateStatus",
                                    "GetOutbox GetOutboxRequest OutboxStatus");
                });
    }

    @Test
    void everyMessageAndEnumerationIsPinnedHere() {
        assertThat(fields().map(arguments -> arguments.get()[0]))
                .containsExactlyInAnyOrderElementsOf(
                        messages().map(type -> name(type.getFullName())).toList());
        assertThat(values().map(arguments -> arguments.get()[0]))
                .containsExactlyInAnyOrderElementsOf(
                        enumerations().map(type -> name(type.getFullName())).toList());
    }

    private static String describe(MethodDescriptor call) {
        return call.getName() + " " + call.getInputType().getName() + (call.isClientStreaming() ? "*" : "") + " "
                + call.getOutputType().getName() + (call.isServerStreaming() ? "*" : "");
    }

    private static String describe(FieldDescriptor field) {
        String type =
                switch (field.getType()) {
                    case MESSAGE -> name(field.getMessageType().getFullName());
                    case ENUM -> name(field.getEnumType().getFullName());
                    default -> field.getType().name().toLowerCase(Locale.ROOT);
                };
        return field.getName() + "=" + field.getNumber() + ":" + type + (field.isRepeated() ? "*" : "");
    }

    private static String name(String fullName) {
        return fullName.startsWith(PACKAGE) ? fullName.substring(PACKAGE.length()) : fullName;
    }
}
