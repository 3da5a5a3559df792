package io.fleetcron.control;

import io.fleetcron.config.NameRules;
import io.fleetcron.fleet.Asked;
import io.fleetcron.json.JsonLine;
import io.fleetcron.json.StrictJson;
import io.fleetcron.ledger.TakenRequest;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Something that people have asked of the fleet. */
public sealed interface Control {

    /** Who asked, and until when it is in force. */
    Span span();

    /** What it is about: jobs, or an instance. */
    String target();

    /** The word that names its kind, in the table and in the log. */
    String word();

    /** The same, ended by somebody. */
    Control endedBy(Asked who);

    /** Whether it is in every respect what another one that is in force says already. */
    default boolean saysTheSame(Control other) {
        return replaces(other)
                && span().end().equals(other.span().end())
                && span().asked().reason().equals(other.span().asked().reason());
    }

    /** Whether it is of the same kind and about the same as another one, which it ends. */
    default boolean replaces(Control other) {
        return word().equals(other.word()) && target().equals(other.target());
    }

    /** Why that fire is left out, if this leaves it out. */
    default Optional<String> leavesOut(String job, Instant fire, Instant now) {
        return Optional.empty();
    }

    /**
     * Jobs start nothing while it is in force, and what was due in that time is not made up for.
     *
     * @param jobs a name, or a glob that is also about jobs that are defined later
     */
    record Pause(String jobs, Span span) implements Control {
        @Override
        public String target() {
            return jobs;
        }

        @Override
        public String word() {
            return "pause";
        }

        @Override
        public Pause endedBy(Asked who) {
            return new Pause(jobs, span.endedBy(who));
        }

        @Override
        public Optional<String> leavesOut(String job, Instant fire, Instant now) {
            boolean out = Glob.matches(jobs, job) && (span.holds(now) || span.covers(fire));
            return out ? Optional.of("paused by " + span.asked().words()) : Optional.empty();
        }
    }

    /**
     * The next fires of one job are left out, up to the last of them, with which it ends.
     *
     * @param job a name
     */
    record Skip(String job, Span span) implements Control {
        @Override
        public String target() {
            return job;
        }

        @Override
        public String word() {
            return "skip";
        }

        @Override
        public Skip endedBy(Asked who) {
            return new Skip(job, span.endedBy(who));
        }

        @Override
        public Optional<String> leavesOut(String other, Instant fire, Instant now) {
            boolean out = job.equals(other)
                    && fire.isAfter(span.asked().at())
                    && span.until().filter(fire::isAfter).isEmpty()
                    && span.ended().filter(who -> fire.isAfter(who.at())).isEmpty();
            return out ? Optional.of("left out by " + span.asked().words()) : Optional.empty();
        }
    }

    /**
     * An instance claims nothing more while it is in force; its runs go on.
     *
     * @param instance its id
     */
    record Drain(String instance, Span span) implements Control {
        @Override
        public String target() {
            return instance;
        }

        @Override
        public String word() {
            return "drain";
        }

        @Override
        public Drain endedBy(Asked who) {
            return new Drain(instance, span.endedBy(who));
        }
    }

    /**
     * One run is to be ended, by the agent of its host.
     *
     * @param job whose run it is, a name
     * @param token which run
     */
    record Kill(String job, long token, Span span) implements Control {
        @Override
        public String target() {
            return job;
        }

        @Override
        public String word() {
            return "kill";
        }

        @Override
        public Kill endedBy(Asked who) {
            return new Kill(job, token, span.endedBy(who));
        }

        @Override
        public boolean replaces(Control other) {
            return other instanceof Kill kill && kill.job.equals(job) && kill.token == token;
        }

        /** A run ends once. */
        @Override
        public boolean saysTheSame(Control other) {
            return replaces(other);
        }
    }

    /**
     * A run of a job by hand, by the agent of some host. It can be claimed as long as it is in force, once; a ledger has to
     * remember that for as long, so it always has an end.
     *
     * @param job a name
     * @param id distinguishes it from other requests for runs of that job
     * @param instance who is to run it; empty for whichever live instance may
     * @param fire the scheduled time that is run again; empty for a run of its own
     * @param variables given to the command besides
     */
    record Run(
            String job,
            String id,
            Optional<String> instance,
            Optional<Instant> fire,
            Map<String, String> variables,
            Span span)
            implements Control {

        /** Bytes of the values of variables, so that the table has room for some requests. */
        public static final int LONGEST_VARIABLES = 2_048;

        /** Requests for runs of one job at a time: its ledger has to remember those that were claimed. */
        public static final int MOST = TakenRequest.MOST;

        public Run {
            variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
        }

        @Override
        public String target() {
            return job;
        }

        @Override
        public String word() {
            return "run";
        }

        @Override
        public Run endedBy(Asked who) {
            return new Run(job, id, instance, fire, variables, span.endedBy(who));
        }

        @Override
        public boolean replaces(Control other) {
            return other instanceof Run run && run.job.equals(job) && run.id.equals(id);
        }

        /** Whether both ask for the same run; what is over has no values of variables any more. */
        @Override
        public boolean saysTheSame(Control other) {
            return other instanceof Run run
                    && replaces(run)
                    && run.instance.equals(instance)
                    && run.fire.equals(fire)
                    && run.variables.keySet().equals(variables.keySet());
        }

        /** What a ledger says once it is claimed. */
        TakenRequest taken() {
            return new TakenRequest(id, span.end().orElseThrow());
        }

        /** The same once nobody can claim it any more: values may be secret. */
        Run withoutValues() {
            Map<String, String> names = new LinkedHashMap<>(variables);
            names.replaceAll((name, value) -> "");
            return new Run(job, id, instance, fire, names, span);
        }

        private void writeTo(JsonLine json) {
            json.put("id", id);
            instance.ifPresent(name -> json.put("on", name));
            fire.ifPresent(time -> json.put("fire", time));
            if (!variables.isEmpty()) {
                json.open("env");
                variables.forEach(json::put);
                json.close();
            }
        }

        private static Run of(StrictJson json, Span span) {
            if (span.until().isEmpty()) {
                throw StrictJson.refuse("until");
            }
            return new Run(
                    json.name("for", NameRules::job),
                    json.name("id", NameRules::host),
                    json.has("on") ? Optional.of(json.name("on", NameRules::host)) : Optional.empty(),
                    json.has("fire") ? Optional.of(json.time("fire")) : Optional.empty(),
                    json.has("env") ? json.namesWithWords("env", NameRules::variable, NameRules::value) : Map.of(),
                    span);
        }

        /** Without the values of variables, which may be secret. */
        @Override
        public String toString() {
            return "Run[" + job + ", id " + id + ", on " + instance + ", fire " + fire + ", " + variables.keySet()
                    + ", " + span + "]";
        }
    }

    /** Appends it as an object. */
    default void write(JsonLine json) {
        json.open().put("do", word()).put("for", target());
        if (this instanceof Kill kill) {
            json.put("token", kill.token());
        }
        if (this instanceof Run run) {
            run.writeTo(json);
        }
        span().asked().write(json, "asked");
        span().until().ifPresent(until -> json.put("until", until));
        span().ended().ifPresent(who -> who.write(json, "ended"));
        json.close();
    }

    /** Reads what {@link #write} writes. */
    static Control of(StrictJson json) {
        Span span = new Span(
                Asked.of(json.object("asked")),
                json.has("until") ? Optional.of(json.time("until")) : Optional.empty(),
                json.has("ended") ? Optional.of(Asked.of(json.object("ended"))) : Optional.empty());
        return switch (json.word("do")) {
            case "pause" -> new Pause(json.name("for", Glob::problem), span);
            case "skip" -> new Skip(json.name("for", NameRules::job), span);
            case "drain" -> new Drain(json.name("for", NameRules::host), span);
            case "kill" -> new Kill(json.name("for", NameRules::job), json.count("token"), span);
            case "run" -> Run.of(json, span);
            default -> throw StrictJson.refuse("do");
        };
    }
}
