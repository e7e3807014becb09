package io.tiergate.parts;

import java.util.Objects;

/** One part as the camera saw it, with the truth about it. */
public record Part(PartClass label, GreyImage image) {
    public Part {
        Objects.requireNonNull(label, "label");
        Objects.requireNonNull(image, "image");
    }
}
