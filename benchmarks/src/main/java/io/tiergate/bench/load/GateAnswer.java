package io.tiergate.bench.load;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.tiergate.proto.inference.InferParameter;
import io.tiergate.proto.inference.ModelInferResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads the gate's decision from a serialised answer and passes over everything else. */
final class GateAnswer {
    private static final byte[] DECISION = "tiergate.decision".getBytes(StandardCharsets.UTF_8);
    private static final int MAP_KEY = 1;
    private static final int MAP_VALUE = 2;

    private GateAnswer() {}

    /** @return {@link Outcome#FAILED} for bytes that are no {@code ModelInferResponse} */
    static Outcome read(byte[] response) {
        try {
            return scan(response);
        } catch (IOException e) {
            return Outcome.FAILED;
        }
    }

    private static Outcome scan(byte[] response) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(response);
        Outcome outcome = Outcome.UNGATED;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) != ModelInferResponse.PARAMETERS_FIELD_NUMBER) {
                in.skipField(tag);
                continue;
            }
            int outer = in.pushLimit(in.readRawVarint32());
            boolean decision = false;
            for (int part = in.readTag(); part != 0; part = in.readTag()) {
                switch (WireFormat.getTagFieldNumber(part)) {
                    case MAP_KEY -> decision = Arrays.equals(in.readByteArray(), DECISION);
                    case MAP_VALUE -> {
                        byte[] value = in.readByteArray();
                        if (decision) {
                            outcome = outcome(InferParameter.parseFrom(value).getStringParam());
                        }
                    }
                    default -> in.skipField(part);
                }
            }
            in.popLimit(outer);
        }
        return outcome;
    }

    private static Outcome outcome(String decision) {
        return switch (decision) {
            case "ACCEPTED" -> Outcome.ACCEPTED;
            case "ESCALATED" -> Outcome.ESCALATED;
            default -> Outcome.SHED;
        };
    }
}
