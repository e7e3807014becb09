package io.tiergate.runtime;

import ai.onnxruntime.MapInfo;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.SequenceInfo;
import ai.onnxruntime.TensorInfo;
import java.util.List;

/** An output of an ONNX model and the tensors that it becomes: clients know nothing but tensors. */
sealed interface ModelOutput permits TensorOutput, SequenceOutput, MapsOutput {

    /** In the model. */
    String name();

    /** What {@link #read} gives. */
    List<TensorSpec> specs();

    /**
     * Copies a value out of ONNX Runtime's memory.
     *
     * @throws InferenceException if it cannot be a tensor
     */
    List<Tensor> read(OnnxValue value) throws OrtException;

    /** @throws UnusableModelException if ONNX Runtime's Java API cannot return such an output */
    static ModelOutput of(NodeInfo node) {
        String name = node.getName();
        return switch (node.getInfo()) {
            case TensorInfo info ->
                new TensorOutput(new TensorSpec(name, ElementTypes.of(info), Shape.of(info.getShape())));
            case SequenceInfo info when info.isSequenceOfMaps() -> maps(name, info.mapInfo);
            case SequenceInfo info -> sequence(name, info.sequenceType);
            default ->
                throw new UnusableModelException(
                        "output '%s' is a map (expected: a tensor or a sequence); leave it away when exporting"
                                .formatted(name));
        };
    }

    /** Of floats: ZipMap, the only operator that makes maps, makes no others. */
    private static ModelOutput maps(String name, MapInfo info) {
        return new MapsOutput(name, info.keyType == OnnxJavaType.STRING ? DataType.BYTES : DataType.INT64);
    }

    private static ModelOutput sequence(String name, OnnxJavaType type) {
        return new SequenceOutput(
                name,
                switch (type) {
                    case FLOAT -> DataType.FP32;
                    case DOUBLE -> DataType.FP64;
                    case INT64 -> DataType.INT64;
                    case STRING -> DataType.BYTES;
                    default ->
                        throw new UnusableModelException(
                                "output '%s' is a sequence of tensors of type %s (expected: FLOAT, DOUBLE, INT64 or STRING, which is all that ONNX Runtime's Java API returns in sequences); cast them inside the graph"
                                        .formatted(name, type));
                });
    }
}
