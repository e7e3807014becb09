package io.tiergate.serving.openinference;

import io.tiergate.model.ModelPackage;
import io.tiergate.proto.inference.DataType;
import io.tiergate.proto.inference.ModelConfig;
import io.tiergate.proto.inference.ModelConfigResponse;
import io.tiergate.proto.inference.ModelInput;
import io.tiergate.proto.inference.ModelInstanceGroup;
import io.tiergate.proto.inference.ModelMetadataResponse;
import io.tiergate.proto.inference.ModelOutput;
import io.tiergate.proto.inference.ModelVersionPolicy;
import io.tiergate.runtime.Signature;
import io.tiergate.runtime.TensorSpec;
import io.tiergate.serving.inference.Servable;
import java.util.Arrays;
import java.util.List;

/** What the protocol says of a model, worked out from its signature. */
final class ModelDescriptions {
    private static final String BACKEND = "onnxruntime";

    private ModelDescriptions() {}

    static ModelMetadataResponse metadata(Servable model) {
        ModelMetadataResponse.Builder response = ModelMetadataResponse.newBuilder()
                .setName(model.name())
                .addVersions(String.valueOf(model.version()))
                .setPlatform(model.platform())
                .putProperties("digest", model.digest());
        model.signature().inputs().forEach(spec -> response.addInputs(metadata(spec)));
        model.signature().outputs().forEach(spec -> response.addOutputs(metadata(spec)));
        return response.build();
    }

    private static ModelMetadataResponse.TensorMetadata metadata(TensorSpec spec) {
        return ModelMetadataResponse.TensorMetadata.newBuilder()
                .setName(spec.name())
                .setDatatype(spec.type().name())
                .addAllShape(sizes(spec, 0))
                .build();
    }

    /** Labels are in the package's manifest and not in a file of their own, so the configuration names none. */
    static ModelConfigResponse config(Servable model, OpenInferenceSettings settings) {
        Signature signature = model.signature();
        // Clients put the batch dimension in front of these sizes again where the batch size is above 0.
        int first = signature.hasBatchDimension() ? 1 : 0;
        ModelConfig.Builder config = ModelConfig.newBuilder()
                .setName(model.name())
                .setPlatform(model.platform())
                .setBackend(BACKEND)
                .setVersionPolicy(ModelVersionPolicy.newBuilder()
                        .setLatest(ModelVersionPolicy.Latest.newBuilder().setNumVersions(1)))
                .setMaxBatchSize(signature.hasBatchDimension() ? settings.maxBatchSize() : 0)
                .addInstanceGroup(ModelInstanceGroup.newBuilder()
                        .setName(model.name() + "_0")
                        .setCount(settings.parallelRuns())
                        .setKind(ModelInstanceGroup.Kind.KIND_CPU))
                .setDefaultModelFilename(ModelPackage.MODEL);
        signature
                .inputs()
                .forEach(spec -> config.addInput(ModelInput.newBuilder()
                        .setName(spec.name())
                        .setDataType(type(spec))
                        .addAllDims(sizes(spec, first))));
        signature
                .outputs()
                .forEach(spec -> config.addOutput(ModelOutput.newBuilder()
                        .setName(spec.name())
                        .setDataType(type(spec))
                        .addAllDims(sizes(spec, first))));
        return ModelConfigResponse.newBuilder().setConfig(config).build();
    }

    private static DataType type(TensorSpec spec) {
        return switch (spec.type()) {
            case BYTES -> DataType.TYPE_STRING;
            default -> DataType.valueOf("TYPE_" + spec.type().name());
        };
    }

    private static List<Long> sizes(TensorSpec spec, int first) {
        return Arrays.stream(spec.shape().toArray()).skip(first).boxed().toList();
    }
}
