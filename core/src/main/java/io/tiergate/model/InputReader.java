package io.tiergate.model;

import java.util.HashSet;
import java.util.List;

/** Checks the rules of the section {@code input}, which is one mapping, or a list of them for a model of several inputs. */
final class InputReader {
    private InputReader() {}

    /** The inputs' names, in the manifest's order: at least one, all different. */
    static List<String> names(ManifestDocument document) throws RefusedPackageException {
        if (document.input() == null) {
            throw ManifestParser.refused("input is missing");
        }
        if (document.input().isEmpty()) {
            throw ManifestParser.refused("input: none (expected: { name: ... }, or a list of those)");
        }
        for (ManifestDocument.InputSection input : document.input()) {
            if (input == null || input.name() == null) {
                throw ManifestParser.refused("input.name is missing");
            }
        }
        List<String> names = document.input().stream()
                .map(ManifestDocument.InputSection::name)
                .toList();
        if (new HashSet<>(names).size() < names.size()) {
            throw ManifestParser.refused("input: %s (expected: all different)", names);
        }
        return names;
    }
}
