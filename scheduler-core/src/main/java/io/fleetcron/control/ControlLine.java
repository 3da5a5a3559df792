package io.fleetcron.control;

import io.fleetcron.config.Printable;
import io.fleetcron.fleet.Asked;
import io.fleetcron.json.JsonLine;
import io.fleetcron.json.StrictJson;
import java.time.Instant;
import java.util.Optional;

/**
 * One line of the log of all that was ever asked of the fleet. Immutable.
 *
 * @param what a word: {@code pause}, {@code resume}, {@code skip}, …
 * @param target jobs or an instance
 * @param asked who asked, when and why
 * @param until until when, where that was said
 */
public record ControlLine(String what, String target, Asked asked, Optional<Instant> until) {

    /** Of something that begins. */
    public static ControlLine of(Control control) {
        return new ControlLine(
                control.word(),
                control.target(),
                control.span().asked(),
                control.span().until());
    }

    /** Whether it is about that job, or about all. */
    public boolean isAbout(String job) {
        return Glob.matches(target, job);
    }

    /** One line of JSON, without the line end. */
    public String toJson() {
        JsonLine json = new JsonLine().open().put("control", what).put("for", target);
        asked.write(json, "asked");
        until.ifPresent(end -> json.put("until", end));
        return json.close().toString();
    }

    /** Reads a line; empty if it is torn or not of this form. */
    public static Optional<ControlLine> parse(String line) {
        return StrictJson.read(
                line,
                json -> new ControlLine(
                        json.word("control"),
                        json.word("for"),
                        Asked.of(json.object("asked")),
                        json.has("until") ? Optional.of(json.time("until")) : Optional.empty()));
    }

    /** As one line for people. */
    @Override
    public String toString() {
        return Printable.line(toJson());
    }
}
