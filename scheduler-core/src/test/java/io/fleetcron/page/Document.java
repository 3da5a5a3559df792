package io.fleetcron.page;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** A page as a strict parser reads it. */
final class Document {

    private final String html;
    private final org.w3c.dom.Document parsed;

    Document(String html) throws Exception {
        this.html = html;
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://xml.org/sax/features/external-general-entities", false);
        parsed = factory.newDocumentBuilder().parse(new InputSource(new StringReader(html)));
    }

    static Document of(Fleet fleet) throws Exception {
        return new Document(Page.html(fleet.snapshot()));
    }

    String html() {
        return html;
    }

    List<Element> all(String tag) {
        return list(parsed.getElementsByTagName(tag));
    }

    Element only(String tag) {
        List<Element> found = all(tag);
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " elements " + tag);
        }
        return found.get(0);
    }

    Element section(String id) {
        return all("section").stream()
                .filter(section -> section.getAttribute("id").equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no section " + id + " in " + html));
    }

    /** The cells of a section's rows, joined by a bar. */
    List<String> rows(String section) {
        List<String> rows = new ArrayList<>();
        for (Element body : within(section(section), "tbody")) {
            for (Element row : within(body, "tr")) {
                List<String> cells = new ArrayList<>();
                for (Element cell : children(row)) {
                    cells.add(cell.getTextContent().strip());
                }
                rows.add(String.join(" | ", cells));
            }
        }
        return rows;
    }

    static List<Element> within(Element element, String tag) {
        return list(element.getElementsByTagName(tag));
    }

    private static List<Element> children(Element element) {
        return list(element.getChildNodes());
    }

    private static List<Element> list(NodeList nodes) {
        List<Element> all = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            if (nodes.item(i) instanceof Element element) {
                all.add(element);
            }
        }
        return all;
    }
}
