package io.tiergate.cli.demo;

import com.google.protobuf.ByteString;
import io.tiergate.cli.CommandFailure;
import io.tiergate.image.ImageDecoder;
import io.tiergate.image.InvalidImageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A PNG or JPEG file that can be decoded. */
record PictureFile(Path path, ByteString content) {

    /** @throws CommandFailure if it is not there, or no such picture */
    static PictureFile read(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new CommandFailure(
                    "--image: %s is not there, or no file (expected: a PNG or JPEG file)".formatted(path));
        }
        try {
            byte[] content = Files.readAllBytes(path);
            ImageDecoder.within(Runtime.getRuntime().maxMemory() / 2).check(content);
            return new PictureFile(path, ByteString.copyFrom(content));
        } catch (IOException e) {
            throw new CommandFailure("--image: %s cannot be read: %s".formatted(path, e), e);
        } catch (InvalidImageException e) {
            throw new CommandFailure("--image: %s: %s".formatted(path, e.getMessage()), e);
        }
    }
}
