package io.tiergate.afternoon;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.ByteString;
import io.quarkus.runtime.Startup;
import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.proto.inference.ModelInferRequest.InferInputTensor;
import io.tiergate.proto.inference.ModelInferResponse;
import io.tiergate.proto.inference.ModelInferResponse.InferOutputTensor;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** One ONNX model with one FP32 input and one FP32 output, loaded at start. */
@Startup
@Singleton
public class Model {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final String input;
    private final String output;

    Model(@ConfigProperty(name = "model") String file) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            session = environment.createSession(file, options);
        }
        input = session.getInputNames().iterator().next();
        output = session.getOutputNames().iterator().next();
    }

    ModelInferResponse run(ModelInferRequest request) throws OrtException {
        InferInputTensor description = request.getInputs(0);
        long[] shape =
                description.getShapeList().stream().mapToLong(Long::longValue).toArray();
        ByteBuffer values =
                request.getRawInputContents(0).asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        try (OnnxTensor tensor = OnnxTensor.createTensor(environment, values.asFloatBuffer(), shape);
                OrtSession.Result result = session.run(Map.of(input, tensor))) {
            OnnxTensor scores = (OnnxTensor) result.get(0);
            InferOutputTensor.Builder answer =
                    InferOutputTensor.newBuilder().setName(output).setDatatype("FP32");
            for (long size : scores.getInfo().getShape()) {
                answer.addShape(size);
            }
            return ModelInferResponse.newBuilder()
                    .setModelName(request.getModelName())
                    .setModelVersion("1")
                    .setId(request.getId())
                    .addOutputs(answer)
                    .addRawOutputContents(ByteString.copyFrom(scores.getByteBuffer()))
                    .build();
        }
    }

    @PreDestroy
    void close() throws OrtException {
        session.close();
    }
}
