package io.tiergate.edge.gate;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.tiergate.gate.control.ControlState;
import io.tiergate.gate.control.Label;
import io.tiergate.model.ModelPackage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jboss.logging.Logger;

/** What gates have learned, as JSON files below the data folder, one a model's version. Safe on every thread. */
final class GateFiles {
    private static final Logger LOG = Logger.getLogger(GateFiles.class);

    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .addMixIn(Label.class, NamedLabel.class)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    /** Labels say which kind they are. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "by")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Label.ByPerson.class, name = "person"),
        @JsonSubTypes.Type(value = Label.ByEnsemble.class, name = "ensemble"),
        @JsonSubTypes.Type(value = Label.Open.class, name = "nobody")
    })
    private interface NamedLabel {}

    /** @param digest of the package: another one, by its model, rules or certificate, starts anew */
    private record Saved(String digest, ControlState state) {}

    private final Path folder;

    GateFiles(Path folder) {
        this.folder = folder;
    }

    /** What the gate of this very package had learned; empty if nothing, or nothing that can be read. */
    Optional<ControlState> read(ModelPackage modelPackage) {
        Path file = file(modelPackage);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            Saved saved = JSON.readValue(Files.readAllBytes(file), Saved.class);
            return modelPackage.digest().equals(saved.digest()) ? Optional.ofNullable(saved.state()) : Optional.empty();
        } catch (JacksonException e) {
            LOG.warnf(
                    "What a gate had learned cannot be read, it starts anew: file=%s reason=%s",
                    file, e.getOriginalMessage());
            return Optional.empty();
        } catch (IOException e) {
            LOG.warnf(
                    "What a gate had learned cannot be read, it starts anew: file=%s reason=%s", file, e.getMessage());
            return Optional.empty();
        }
    }

    /** Replaces what was saved before, all at once, and forces it to the disk. */
    void write(ModelPackage modelPackage, ControlState state) throws IOException {
        Files.createDirectories(folder);
        Path file = file(modelPackage);
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        ByteBuffer bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(new Saved(modelPackage.digest(), state)));
        try (FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Path file(ModelPackage modelPackage) {
        return folder.resolve(modelPackage.name() + "-" + modelPackage.version() + ".json");
    }
}
