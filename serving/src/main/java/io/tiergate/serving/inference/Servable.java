package io.tiergate.serving.inference;

import io.tiergate.runtime.Signature;
import java.util.List;

/**
 * A loaded version of a model. Its memory is freed when its owner has closed it and nobody who retained it uses it any more.
 */
public interface Servable extends AutoCloseable {
    String name();

    /** 1 or more. */
    long version();

    /** {@code sha256:} and 64 hexadecimal digits over the package's files. */
    String digest();

    /** What the protocol shows of it: inputs and outputs in the model's own order. */
    Signature signature();

    /** What metadata calls the kind of model, in the words of other servers of the protocol. */
    default String platform() {
        return "onnxruntime_onnx";
    }

    /** Names of the classes of an output, by index; empty if they have none. */
    default List<String> labels(String output) {
        return List.of();
    }

    /**
     * Keeps the memory for one more user, who calls {@link #release} when done.
     *
     * @return false if it is freed already
     */
    boolean retain();

    /** Ends one {@link #retain}. */
    void release();

    /** To be called once, by the owner. Runs under way end first. */
    @Override
    void close();
}
