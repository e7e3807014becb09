package io.tiergate.cli.gate.plot;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** A picture as it was written. */
final class Drawn {
    private final Document document;

    private Drawn(Document document) {
        this.document = document;
    }

    /** Text needs a font. A machine without one skips the tests that draw, except where {@code CI=true}. */
    static void requireFonts() {
        assumeTrue(
                SvgFile.hasFonts() || "true".equals(System.getenv("CI")),
                "Skipped: Java finds no font on this machine.");
    }

    /** Reads the picture and fails if it is no XML. */
    static Drawn read(Path file) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        // Nothing from the network, which the file's document type would be fetched from.
        factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
        try (var in = Files.newInputStream(file)) {
            return new Drawn(factory.newDocumentBuilder().parse(in));
        }
    }

    String viewBox() {
        return document.getDocumentElement().getAttribute("viewBox");
    }

    int shapes() {
        return document.getElementsByTagName("path").getLength()
                + document.getElementsByTagName("polyline").getLength()
                + document.getElementsByTagName("line").getLength();
    }

    long groupsMovedBy(String transform) {
        NodeList groups = document.getElementsByTagName("g");
        return IntStream.range(0, groups.getLength())
                .mapToObj(groups::item)
                .filter(group -> ((Element) group).getAttribute("transform").equals(transform))
                .count();
    }
}
