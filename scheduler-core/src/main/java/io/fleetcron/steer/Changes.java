package io.fleetcron.steer;

import io.fleetcron.control.Control;
import io.fleetcron.control.Control.Pause;
import io.fleetcron.control.Control.Run;
import io.fleetcron.control.Control.Skip;
import io.fleetcron.control.ControlLine;
import io.fleetcron.control.ControlTable;
import io.fleetcron.control.Glob;
import io.fleetcron.control.Span;
import io.fleetcron.fleet.Asked;
import io.fleetcron.steer.ControlDesk.Wanted;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** What follows from what is in force and from what somebody asks. Each asked for twice is the same as once. Pure. */
public final class Changes {

    private Changes() {}

    /** Begins something; what is in force of the same kind for the same is ended by it, unless it says the same. */
    public static Wanted begin(ControlTable table, Collection<? extends Control> wanted, Instant now) {
        List<Control> all = new ArrayList<>(table.controls());
        List<ControlLine> lines = new ArrayList<>();
        for (Control control : wanted) {
            boolean there = all.stream().anyMatch(old -> old.span().holds(now) && control.saysTheSame(old));
            if (!there) {
                all.replaceAll(old ->
                        old.replaces(control) ? old.endedBy(control.span().asked()) : old);
                all.add(control);
                lines.add(ControlLine.of(control));
            }
        }
        return new Wanted(all, lines);
    }

    /**
     * Leaves out the next fires of some jobs.
     *
     * @param last the last fire to be left out, by job
     */
    public static Wanted skip(ControlTable table, Map<String, Instant> last, Asked asked) {
        List<Control> all = new ArrayList<>(table.controls());
        List<ControlLine> lines = new ArrayList<>();
        last.forEach((job, fire) -> {
            Skip skip = new Skip(job, new Span(asked, Optional.of(fire), Optional.empty()));
            boolean there = all.stream()
                    .anyMatch(old -> old.replaces(skip)
                            && old.span().holds(asked.at())
                            && old.leavesOut(job, fire, asked.at()).isPresent());
            if (!there) { // an earlier one stays: it leaves out what came due before this one and is still open
                all.add(skip);
                lines.add(ControlLine.of(skip));
            }
        });
        return new Wanted(all, lines);
    }

    /**
     * Asks for a run. One whose id was used is that request, also if its time is over: so a program that does not know
     * whether it has asked can ask again.
     *
     * @throws ControlDesk.RefusedException if the id was used for another run, or many requests for the job are open
     */
    public static Wanted request(ControlTable table, Run run) throws ControlDesk.RefusedException {
        Instant now = run.span().asked().at();
        List<Control> all = new ArrayList<>(table.controls());
        Optional<Control> known = all.stream().filter(run::replaces).findFirst();
        if (known.isPresent()) {
            if (!run.saysTheSame(known.get())) {
                throw new ControlDesk.RefusedException("the id " + run.id() + " was used by "
                        + known.get().span().asked().words("at")
                        + " for another run of " + run.job() + ". Choose another one");
            }
            return new Wanted(all, List.of());
        }
        long open = table.runs(now).stream()
                .filter(other -> other.job().equals(run.job()))
                .count();
        if (open >= Run.MOST) {
            throw new ControlDesk.RefusedException("in the last minutes " + open + " runs of " + run.job()
                    + " were asked for, which is as many as may be. Wait until the first of them expires");
        }
        all.add(run);
        return new Wanted(all, List.of(ControlLine.of(run)));
    }

    /** Ends what is in force and meant. */
    public static Wanted end(ControlTable table, Predicate<Control> meant, String word, Asked asked) {
        List<Control> all = new ArrayList<>();
        List<ControlLine> lines = new ArrayList<>();
        for (Control control : table.controls()) {
            boolean ends = control.span().holds(asked.at()) && meant.test(control);
            all.add(ends ? control.endedBy(asked) : control);
            if (ends) {
                lines.add(new ControlLine(word, control.target(), asked, Optional.empty()));
            }
        }
        return new Wanted(all, lines.stream().distinct().toList());
    }

    /** Whether something is a pause of those jobs, or leaves out fires of them: the same words, not what they match. */
    public static boolean holdsBack(Control control, String jobs) {
        return (control instanceof Pause || control instanceof Skip)
                && control.target().equals(jobs);
    }

    /** The pauses in force that are about a job, or about some of the jobs of a glob. */
    public static List<Control> pausesOf(ControlTable table, String jobs, Instant now) {
        return table.holding(now).stream()
                .filter(control -> control instanceof Pause pause
                        && (Glob.matches(pause.jobs(), jobs) || Glob.matches(jobs, pause.jobs())))
                .toList();
    }
}
