import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc;
import io.tiergate.proto.inference.ModelMetadataRequest;
import io.tiergate.proto.inference.ModelMetadataResponse.TensorMetadata;
import io.tiergate.proto.v1.Decision;
import io.tiergate.proto.v1.Escalation;
import io.tiergate.proto.v1.InferRequest;
import io.tiergate.proto.v1.SampleResult;
import io.tiergate.proto.v1.Tensor;
import io.tiergate.proto.v1.TieredInferenceGrpc;
import io.tiergate.proto.v1.VerdictEvent;
import io.tiergate.proto.v1.WatchVerdictsRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;

/**
 * Classifies one uniformly grey picture through Tiergate's own API and follows it until it is decided or waits for a person.
 *
 * <pre>
 * ./tiergate demo --keep                                                     # in another terminal
 * java -cp 'cli/target/lib/*' examples/java/Classify.java localhost:9000 parts-edge
 * </pre>
 */
public class Classify {
    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length != 2) {
            System.err.println("usage: Classify HOST:PORT MODEL");
            System.exit(2);
        }
        ManagedChannel channel = NettyChannelBuilder.forTarget(arguments[0]).usePlaintext().build();
        try {
            classify(channel, arguments[1]);
        } catch (StatusRuntimeException e) {
            System.err.println(e.getStatus().getCode() + ": " + e.getStatus().getDescription());
            System.exit(1);
        } finally {
            channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        }
    }

    private static void classify(ManagedChannel channel, String model) {
        TensorMetadata input = GRPCInferenceServiceGrpc.newBlockingStub(channel)
                .modelMetadata(ModelMetadataRequest.newBuilder().setName(model).build())
                .getInputs(0);
        var tiergate = TieredInferenceGrpc.newBlockingStub(channel);
        SampleResult result = tiergate.infer(InferRequest.newBuilder()
                        .setModelName(model)
                        .addInputs(grey(input))
                        .build())
                .getResults(0);
        System.out.printf("%s: %s, confidence %.3f (%s)%n",
                result.getDecision(), result.getLabel(), result.getConfidence(), result.getReason());
        if (result.getDecision() != Decision.DECISION_ESCALATED) {
            return;
        }
        // From the oldest event on: the verdict may have come before this watch. An application would store the cursor it got to.
        Iterator<VerdictEvent> events = tiergate.withDeadlineAfter(30, TimeUnit.SECONDS)
                .watchVerdicts(WatchVerdictsRequest.getDefaultInstance());
        while (events.hasNext()) {
            Escalation escalation = events.next().getEscalation();
            if (escalation.getEscalationId().equals(result.getEscalationId())) {
                String label = escalation.getVerdict().getLabel();
                System.out.println(escalation.getState() + ": " + (label.isEmpty() ? escalation.getReason() : label));
                return;
            }
        }
    }

    private static Tensor grey(TensorMetadata input) {
        Tensor.Builder tensor = Tensor.newBuilder().setName(input.getName()).setDatatype(input.getDatatype());
        int elements = 1;
        for (long size : input.getShapeList()) {
            long concrete = Math.max(size, 1);
            tensor.addShape(concrete);
            elements *= (int) concrete;
        }
        ByteBuffer data = ByteBuffer.allocate(elements * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < elements; i++) {
            data.putFloat(0.5f);
        }
        return tensor.setData(ByteString.copyFrom(data.flip())).build();
    }
}
