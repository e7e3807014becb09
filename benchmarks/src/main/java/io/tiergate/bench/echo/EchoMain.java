package io.tiergate.bench.echo;

import com.google.protobuf.ByteString;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.tiergate.process.ParentPipe;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc;
import io.tiergate.proto.inference.InferParameter;
import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.proto.inference.ModelInferResponse;
import io.tiergate.proto.inference.ModelInferResponse.InferOutputTensor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;

/** Takes {@code ModelInfer}'s requests and answers at once, on the event loop, with a message as large as the gateway's answer. */
public final class EchoMain {
    private static final int CLASSES = 6;

    private EchoMain() {}

    /** @param arguments the port */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int port = Integer.parseInt(arguments[0]);
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .directExecutor()
                .addService(new Echo())
                .build()
                .start();
        ParentPipe.watch(() -> System.exit(0));
        System.out.println("tiergate echo ready port=" + port);
        server.awaitTermination();
    }

    private static final class Echo extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase {
        private static final Map<String, InferParameter> PARAMETERS = Map.of(
                "tiergate.decision", text("ACCEPTED"),
                "tiergate.confidence", text("0.98765432"),
                "tiergate.threshold", text("0.0"),
                "tiergate.label", text("ok"),
                "tiergate.tier", text("edge"),
                "tiergate.provisional", text("false"),
                "tiergate.model_digest", text("sha256:" + "0".repeat(64)));
        private static final InferOutputTensor OUTPUT = InferOutputTensor.newBuilder()
                .setName("logits")
                .setDatatype("FP32")
                .addShape(1)
                .addShape(CLASSES)
                .build();
        private static final ByteString LOGITS = ByteString.copyFrom(new byte[CLASSES * Float.BYTES]);

        @Override
        public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> answer) {
            answer.onNext(ModelInferResponse.newBuilder()
                    .setModelName(request.getModelName())
                    .setModelVersion("1")
                    .setId(request.getId())
                    .putAllParameters(PARAMETERS)
                    .addOutputs(OUTPUT)
                    .addRawOutputContents(LOGITS)
                    .build());
            answer.onCompleted();
        }

        private static InferParameter text(String value) {
            return InferParameter.newBuilder().setStringParam(value).build();
        }
    }
}
