package io.tiergate.cli.model;

import io.tiergate.cli.CommandFailure;
import io.tiergate.runtime.OnnxSession;
import io.tiergate.runtime.SessionSettings;
import io.tiergate.runtime.Signature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An ONNX file that ONNX Runtime has loaded.
 *
 * @param graph absent if the file's inner form is not known here
 */
record ModelFile(Path path, OnnxSession session, Optional<OnnxGraph> graph) implements AutoCloseable {

    /**
     * @throws CommandFailure if there is no such file
     * @throws io.tiergate.runtime.UnusableModelException with one sentence if it is no model that can be served
     */
    static ModelFile open(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            throw new CommandFailure("%s is not a file (expected: an ONNX model)".formatted(path));
        }
        OnnxSession session = OnnxSession.open(path, SessionSettings.SINGLE_THREADED);
        try {
            return new ModelFile(path, session, OnnxGraph.read(path));
        } catch (IOException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    Signature signature() {
        return session.signature();
    }

    String name() {
        return path.getFileName().toString();
    }

    @Override
    public void close() {
        session.close();
    }
}
