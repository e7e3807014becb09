package io.tiergate.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.tiergate.runtime.RowLayout.Column;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Direct memory for the inputs and outputs of up to so many rows, and ONNX Runtime's views of it, made once for each number of rows. For
 * one thread at a time. Bytes are copied once on their way in and once on their way out; the runtime itself copies none.
 */
final class BatchMemory implements AutoCloseable {
    /** ONNX Runtime's views of the first rows of the memory. */
    private record Views(Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> outputs) {}

    private final OrtEnvironment environment;
    private final RowLayout layout;
    private final List<ByteBuffer> inputs;
    private final List<ByteBuffer> outputs;
    private final Views[] viewsByRows;

    BatchMemory(OrtEnvironment environment, RowLayout layout, int mostRows) {
        this.environment = environment;
        this.layout = layout;
        this.inputs = allocate(layout.inputs(), mostRows);
        this.outputs = allocate(layout.outputs(), mostRows);
        this.viewsByRows = new Views[mostRows + 1];
    }

    private static List<ByteBuffer> allocate(List<Column> columns, int rows) {
        return columns.stream()
                .map(column -> DirectBuffers.take(rows * column.rowBytes()))
                .toList();
    }

    /** Puts a part's rows behind those that are there. */
    void put(List<Tensor> part, int firstRow) {
        for (int i = 0; i < inputs.size(); i++) {
            ByteBuffer data = part.get(i).data();
            int start = firstRow * layout.inputs().get(i).rowBytes();
            inputs.get(i).put(start, data, data.position(), data.remaining());
        }
    }

    /** Runs the first rows. */
    void run(OrtSession session, int rows) throws OrtException {
        Views views = views(rows);
        // Nothing to close: what the result holds are the views.
        session.run(views.inputs, views.outputs);
    }

    /** Runs the first rows to try them: over outputs full of one byte, and without a line in the log if they fail. */
    void tryOver(byte filling, OrtSession session, int rows) throws OrtException {
        for (ByteBuffer output : outputs) {
            for (int i = 0; i < output.capacity(); i++) {
                output.put(i, filling);
            }
        }
        Views views = views(rows);
        try (OrtSession.RunOptions quiet = new OrtSession.RunOptions()) {
            quiet.setLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            session.run(views.inputs, Set.of(), views.outputs, quiet);
        }
    }

    /** Copies rows of the outputs wanted out of the memory, in the order wanted. */
    List<Tensor> take(Collection<String> wanted, int firstRow, int rows) {
        List<Tensor> tensors = new ArrayList<>(wanted.size());
        for (String name : wanted) {
            int index = indexOf(name);
            Column column = layout.outputs().get(index);
            byte[] bytes = new byte[rows * column.rowBytes()];
            outputs.get(index).get(firstRow * column.rowBytes(), bytes);
            tensors.add(Tensor.of(name, column.type(), column.shape(rows), ByteBuffer.wrap(bytes)));
        }
        return tensors;
    }

    private int indexOf(String output) {
        for (int i = 0; i < layout.outputs().size(); i++) {
            if (layout.outputs().get(i).name().equals(output)) {
                return i;
            }
        }
        throw new IllegalArgumentException("no output '" + output + "'");
    }

    private Views views(int rows) throws OrtException {
        if (viewsByRows[rows] == null) {
            viewsByRows[rows] = new Views(views(layout.inputs(), inputs, rows), views(layout.outputs(), outputs, rows));
        }
        return viewsByRows[rows];
    }

    private Map<String, OnnxTensor> views(List<Column> columns, List<ByteBuffer> memory, int rows) throws OrtException {
        Map<String, OnnxTensor> views = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            ByteBuffer first = memory.get(i).slice(0, rows * column.rowBytes()).order(ByteOrder.nativeOrder());
            views.put(
                    column.name(),
                    OnnxTensor.createTensor(
                            environment, first, column.shape(rows).toArray(), ElementTypes.javaType(column.type())));
        }
        return views;
    }

    @Override
    public void close() {
        for (Views views : viewsByRows) {
            if (views != null) {
                views.inputs.values().forEach(OnnxTensor::close);
                views.outputs.values().forEach(OnnxTensor::close);
            }
        }
        inputs.forEach(DirectBuffers::leave);
        outputs.forEach(DirectBuffers::leave);
    }
}
