package io.fleetcron.config.yaml;

import org.yaml.snakeyaml.events.CollectionEndEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.parser.Parser;

/** Stops a YAML text whose nesting no job file needs, before recursion over it could exhaust the stack. */
final class YamlLimits implements Parser {
    private static final int MAX_DEPTH = 32;

    private final Parser parser;
    private final ProblemLog log;
    private int depth;

    YamlLimits(Parser parser, ProblemLog log) {
        this.parser = parser;
        this.log = log;
    }

    @Override
    public boolean checkEvent(Event.ID choice) {
        return parser.checkEvent(choice);
    }

    @Override
    public Event peekEvent() {
        return parser.peekEvent();
    }

    @Override
    public Event getEvent() {
        Event event = parser.getEvent();
        if (event instanceof CollectionStartEvent && ++depth > MAX_DEPTH) {
            log.error(
                    YamlText.position(event.getStartMark()),
                    "lists and mappings are nested deeper than " + MAX_DEPTH + " levels");
            throw new YamlText.Unusable();
        }
        if (event instanceof CollectionEndEvent) {
            depth--;
        }
        return event;
    }
}
