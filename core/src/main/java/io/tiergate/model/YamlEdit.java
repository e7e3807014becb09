package io.tiergate.model;

import java.io.StringReader;
import java.util.Optional;
import java.util.TreeMap;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** Changes single values of a YAML text, and nothing between them: comments, order and layout stay. */
final class YamlEdit {
    private final String text;
    private final MappingNode root;
    /** By where it begins, so that they can be made from the end. */
    private final TreeMap<Integer, Change> changes = new TreeMap<>();

    private record Change(int end, String replacement) {}

    /** @param text one document, a mapping */
    YamlEdit(String text) {
        this.text = text;
        this.root = (MappingNode) new Yaml(new LoaderOptions()).compose(new StringReader(text));
    }

    MappingNode root() {
        return root;
    }

    static Optional<Node> value(MappingNode mapping, String key) {
        return mapping.getValue().stream()
                .filter(entry -> entry.getKeyNode() instanceof ScalarNode name
                        && name.getValue().equals(key))
                .map(NodeTuple::getValueNode)
                .findFirst();
    }

    /**
     * Replaces a key's value, or adds the key as the last.
     *
     * @param mapping of this text; not empty
     * @param value as it is to stand in the text, on one line
     */
    void set(MappingNode mapping, String key, String value) {
        Optional<Node> old = value(mapping, key);
        if (old.isPresent()) {
            int begin = index(old.get().getStartMark());
            int end = index(old.get().getEndMark());
            // Of a key without a value, both marks may stand right behind the colon.
            changes.put(begin, new Change(end, (begin == end ? " " : "") + value));
            return;
        }
        int end = index(mapping.getValue().getLast().getValueNode().getEndMark());
        if (mapping.getFlowStyle() == DumperOptions.FlowStyle.FLOW) {
            changes.put(end, new Change(end, ", %s: %s".formatted(key, value)));
        } else {
            int column =
                    mapping.getValue().getLast().getKeyNode().getStartMark().getColumn();
            int lineEnd = lineEnd(end);
            changes.put(lineEnd, new Change(lineEnd, "\n%s%s: %s".formatted(" ".repeat(column), key, value)));
        }
    }

    /** Behind the last line that an entry has for itself, with its comment. A block of lines ends where the next one begins. */
    private int lineEnd(int end) {
        int from = end > 0 && text.charAt(end - 1) == '\n' ? end - 1 : end;
        int newline = text.indexOf('\n', from);
        return newline < 0 ? text.length() : newline;
    }

    String text() {
        StringBuilder edited = new StringBuilder(text);
        changes.descendingMap().forEach((begin, change) -> edited.replace(begin, change.end(), change.replacement()));
        return edited.toString();
    }

    /** Marks count code points. */
    private int index(Mark mark) {
        return text.offsetByCodePoints(0, mark.getIndex());
    }
}
