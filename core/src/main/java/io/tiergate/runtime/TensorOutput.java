package io.tiergate.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** An output that is a tensor. */
record TensorOutput(TensorSpec spec) implements ModelOutput {
    @Override
    public String name() {
        return spec.name();
    }

    @Override
    public List<TensorSpec> specs() {
        return List.of(spec);
    }

    @Override
    public List<Tensor> read(OnnxValue value) throws OrtException {
        return List.of(read(name(), (OnnxTensor) value));
    }

    static Tensor read(String name, OnnxTensor tensor) throws OrtException {
        TensorInfo info = tensor.getInfo();
        Shape shape = Shape.of(info.getShape());
        DataType type = ElementTypes.of(info);
        if (type == DataType.BYTES) {
            return Tensor.ofStrings(name, shape, strings(tensor.getValue()));
        }
        return Tensor.of(name, type, shape, tensor.getByteBuffer());
    }

    private static List<byte[]> strings(Object value) {
        List<byte[]> flat = new ArrayList<>();
        flatten(value, flat);
        return flat;
    }

    private static void flatten(Object value, List<byte[]> into) {
        if (value instanceof Object[] array) {
            for (Object element : array) {
                flatten(element, into);
            }
        } else {
            into.add(String.valueOf(value).getBytes(StandardCharsets.UTF_8));
        }
    }
}
