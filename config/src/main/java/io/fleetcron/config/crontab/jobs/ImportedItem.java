package io.fleetcron.config.crontab.jobs;

import io.fleetcron.config.Mail;
import io.fleetcron.config.RunPolicy.CatchUp;
import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.config.crontab.CronTable;
import io.fleetcron.config.crontab.Ignored;
import io.fleetcron.config.crontab.Origin;
import io.fleetcron.config.crontab.TextLine;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A piece of an imported crontab, in the order of the files. */
public sealed interface ImportedItem {

    /** Comments that belong to no job; kept. */
    record Remark(List<String> lines) implements ImportedItem {
        public Remark {
            lines = List.copyOf(lines);
        }
    }

    /** A line that cannot become a job; kept as a comment with the reason. */
    record Refused(Origin origin, List<String> comments, String reason) implements ImportedItem {
        public Refused {
            comments = List.copyOf(comments);
        }
    }

    /** A line that needs no job of its own; kept as a comment with the reason. */
    record LeftOut(Origin origin, List<String> comments, String reason) implements ImportedItem {
        public LeftOut {
            comments = List.copyOf(comments);
        }
    }

    /** A file of which crond ran nothing; kept as comments, with the reason. */
    record Dropped(CronTable table, Ignored why) implements ImportedItem {

        /** Its name, with the line that was the reason. */
        public String place() {
            return why.line() == 0 ? table.name() : table.name() + ":" + why.line();
        }

        /** How many of its lines were to run something. */
        public int entries() {
            return (int) table.lines().stream().filter(TextLine::isEntry).count();
        }
    }

    /**
     * A line that became a job.
     *
     * @param origin the line
     * @param comments those that stood above it
     * @param name unique in an import's result
     * @param schedule the value of {@code schedule}
     * @param timezone the value of {@code timezone}
     * @param splay over how long cronie spread such lines
     * @param task what runs
     * @param catchUp what anacron did about fires of a host that was off
     * @param placement where it runs, a guess
     * @param overlap what is to be decided about runs that overlap; absent if they cannot
     * @param notes what else the operator must know
     */
    record Job(
            Origin origin,
            List<String> comments,
            String name,
            String schedule,
            String timezone,
            Optional<Duration> splay,
            Task task,
            CatchUp catchUp,
            Placement placement,
            Optional<Overlap> overlap,
            List<String> notes)
            implements ImportedItem {
        public Job {
            comments = List.copyOf(comments);
            notes = List.copyOf(notes);
        }

        /** The same under another name. */
        Job named(String other) {
            return new Job(
                    origin, comments, other, schedule, timezone, splay, task, catchUp, placement, overlap, notes);
        }

        /** The same elsewhere, with other notes. */
        Job placed(Placement there, List<String> others) {
            return new Job(origin, comments, name, schedule, timezone, splay, task, catchUp, there, overlap, others);
        }

        /** The same, whose runs overlap as is decided at another. */
        Job decidedAt(String other) {
            Optional<Overlap> decided = overlap.map(asked -> new Overlap("as is decided for " + other, true));
            return new Job(origin, comments, name, schedule, timezone, splay, task, catchUp, placement, decided, notes);
        }

        /** How many of its keys hold a guess that an operator has to confirm. */
        public int decisions() {
            return (placement.sure() ? 0 : 1)
                    + (int) overlap.stream()
                            .filter(question -> !question.decided())
                            .count();
        }
    }

    /**
     * What a job runs, and as whom.
     *
     * @param command for the shell
     * @param stdin what the command reads
     * @param shell absent means {@code /bin/sh}
     * @param user absent means that the crontab does not say
     * @param home the directory that the crontab sets as HOME
     * @param workingDir where it starts; absent means the home of the user it runs as
     * @param env the crontab's other variables
     * @param mail who got its output by mail; absent means nobody
     */
    record Task(
            String command,
            Optional<String> stdin,
            Optional<String> shell,
            Optional<String> user,
            Optional<String> home,
            Optional<String> workingDir,
            Map<String, String> env,
            Optional<Mail> mail) {}

    /**
     * A guess at where a job runs.
     *
     * @param runOn how often in the fleet
     * @param reason what the guess rests on
     * @param sure whether the reason is a good one; else an operator has to decide
     * @param hosts the only hosts on which its line stood; empty means all
     */
    record Placement(RunOn runOn, String reason, boolean sure, List<String> hosts) {
        public Placement {
            hosts = List.copyOf(hosts);
        }
    }

    /**
     * What becomes of runs that overlap.
     *
     * @param reason what crond did, or where it is decided
     * @param decided whether an operator decides it at another job
     */
    record Overlap(String reason, boolean decided) {}
}
