package io.fleetcron.config.yaml;

import io.fleetcron.config.yaml.YamlValue.Entry;
import io.fleetcron.config.yaml.YamlValue.Mapping;
import io.fleetcron.config.yaml.YamlValue.Scalar;
import io.fleetcron.config.yaml.YamlValue.Sequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Reads YAML text into {@link YamlValue}s. Nodes are composed but never constructed, so that YAML's implicit types and
 * tags have no effect; this class and {@link YamlLimits} are the only ones that know the YAML parser.
 */
public final class YamlText {
    /** What an alias bomb expands to is counted, never built. */
    private static final long MAX_VALUES = 1_000_000;

    private final StreamReader reader;
    private final ProblemLog log;
    private final IdentityHashMap<Node, YamlValue> done = new IdentityHashMap<>();
    private final IdentityHashMap<Node, Boolean> open = new IdentityHashMap<>();

    private YamlText(String text, ProblemLog log) {
        this.reader = new StreamReader(text);
        this.log = log;
    }

    /** The one document of the text; empty when it is unusable, which the log then says. */
    public static Optional<YamlValue> parse(String text, ProblemLog log) {
        YamlText yaml = new YamlText(text, log);
        try {
            return yaml.document();
        } catch (Unusable e) {
            return Optional.empty();
        } catch (MarkedYAMLException e) {
            log(e, log);
        } catch (NumberFormatException e) {
            // SnakeYAML 2.7 reads the eight digits of \U as a signed number before it looks at their range.
            log.error(position(yaml.reader.getMark()), YamlErrors.inWords("", 1, "escape"));
        } catch (YAMLException e) {
            log.error(position(yaml.reader.getMark()), YamlErrors.inWords("", 1, ""));
        }
        return Optional.empty();
    }

    private static void log(MarkedYAMLException e, ProblemLog log) {
        Position end = e.getProblemMark() == null ? Position.START : position(e.getProblemMark());
        Position begin = e.getContextMark() == null ? end : position(e.getContextMark());
        log.error(
                YamlErrors.pointsToBegin(e.getProblem()) ? begin : end,
                YamlErrors.inWords(e.getContext(), begin.line(), e.getProblem()));
    }

    static Position position(Mark mark) {
        return new Position(mark.getLine() + 1, mark.getColumn() + 1);
    }

    private Optional<YamlValue> document() {
        LoaderOptions options = new LoaderOptions();
        options.setNestingDepthLimit(Integer.MAX_VALUE);
        options.setMaxAliasesForCollections(Integer.MAX_VALUE);
        options.setCodePointLimit(Integer.MAX_VALUE);
        options.setTagInspector(tag -> true);
        ParserImpl parser = new ParserImpl(reader, options);
        Composer composer = new Composer(new YamlLimits(parser, log), new NoTypes(), options);
        if (!composer.checkNode()) {
            log.error(Position.START, "the file is empty; for a job file without jobs write `jobs: {}`");
            return Optional.empty();
        }
        Node root = composer.getNode();
        if (composer.checkNode()) {
            log.error(
                    position(composer.getNode().getStartMark()),
                    "a second document starts here (after `---`); a file holds one, put the other into its own file");
            return Optional.empty();
        }
        return Optional.of(value(root));
    }

    private YamlValue value(Node node) {
        YamlValue known = done.get(node);
        if (known != null) {
            return known;
        }
        Position at = position(node.getStartMark());
        if (open.put(node, true) != null) {
            throw unusable(at, "this value contains itself through its alias");
        }
        if (!node.getTag().equals(NoTypes.NONE)) {
            log.error(
                    at,
                    "the tag " + tagName(node.getTag())
                            + " is not allowed; remove it, or put text that starts with `!` in quotes");
        }
        YamlValue value = convert(node, at);
        if (value.size() > MAX_VALUES) {
            throw unusable(at, "this value grows beyond " + MAX_VALUES + " values through its aliases");
        }
        open.remove(node);
        done.put(node, value);
        return value;
    }

    private YamlValue convert(Node node, Position at) {
        if (node instanceof ScalarNode scalar) {
            return scalar(scalar, at);
        }
        if (node instanceof SequenceNode sequence) {
            List<YamlValue> items = new ArrayList<>();
            for (Node item : sequence.getValue()) {
                items.add(value(item));
            }
            return new Sequence(
                    List.copyOf(items),
                    at,
                    1 + items.stream().mapToLong(YamlValue::size).sum());
        }
        return mapping((MappingNode) node, at);
    }

    private static Scalar scalar(ScalarNode node, Position at) {
        boolean plain = node.getScalarStyle() == ScalarStyle.PLAIN;
        Mark start = node.getStartMark();
        Mark end = node.getEndMark();
        int length = node.getValue().codePointCount(0, node.getValue().length());
        boolean verbatim =
                start.getLine() == end.getLine() && end.getColumn() - start.getColumn() == length + (plain ? 0 : 2);
        return new Scalar(node.getValue(), plain, at, verbatim);
    }

    private Mapping mapping(MappingNode node, Position at) {
        List<Entry> entries = new ArrayList<>();
        Map<String, Position> first = new HashMap<>();
        long size = 1;
        for (NodeTuple tuple : node.getValue()) {
            YamlValue key = value(tuple.getKeyNode());
            YamlValue value = value(tuple.getValueNode());
            size += 1 + value.size();
            if (key instanceof Scalar name && accept(name, first)) {
                entries.add(new Entry(name, value));
            } else if (!(key instanceof Scalar)) {
                log.error(key.at(), "a key must be a word, found " + key.kind());
            }
        }
        return new Mapping(List.copyOf(entries), at, size);
    }

    private boolean accept(Scalar key, Map<String, Position> first) {
        if (key.isNull()) {
            log.error(key.at(), "a key must be a word, found " + key.kind());
            return false;
        }
        if (key.plain() && key.text().equals("<<")) {
            log.error(
                    key.at(),
                    "merge keys (<<) are not supported; put shared settings under `defaults` in the main file");
            return false;
        }
        Position before = first.putIfAbsent(key.text(), key.at());
        if (before != null) {
            log.error(
                    key.at(),
                    Quote.of(key.text()) + " is given twice, on line " + before.line() + " and again on line "
                            + key.at().line() + "; remove one");
        }
        return before == null;
    }

    private static String tagName(Tag tag) {
        return Quote.of(tag.getValue().replace(Tag.PREFIX, "!!"));
    }

    private Unusable unusable(Position at, String message) {
        log.error(at, message);
        return new Unusable();
    }

    /** Stops the reading of a file after its last problem is logged. */
    static final class Unusable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unusable() {
            super("logged", null, false, false);
        }
    }

    /** Gives every value without a tag of its own the same tag. */
    private static final class NoTypes extends Resolver {
        static final Tag NONE = new Tag("none");

        @Override
        protected void addImplicitResolvers() {}

        @Override
        public Tag resolve(NodeId kind, String value, boolean implicit) {
            return NONE;
        }
    }
}
