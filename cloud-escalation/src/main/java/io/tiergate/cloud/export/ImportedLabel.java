package io.tiergate.cloud.export;

import java.util.UUID;

/**
 * A label that a person gave in Label Studio.
 *
 * @param annotator as Label Studio names that person; empty if it does not
 */
public record ImportedLabel(UUID escalationId, String label, String annotator) {}
