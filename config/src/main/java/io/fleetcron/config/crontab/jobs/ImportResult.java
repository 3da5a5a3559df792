package io.fleetcron.config.crontab.jobs;

import io.fleetcron.config.crontab.jobs.ImportedItem.Dropped;
import io.fleetcron.config.crontab.jobs.ImportedItem.Job;
import io.fleetcron.config.crontab.jobs.ImportedItem.LeftOut;
import io.fleetcron.config.crontab.jobs.ImportedItem.Refused;
import java.util.List;

/**
 * What became of crontabs, piece by piece in their order. Immutable.
 *
 * @param items all that stood in them but blank lines and variables, which went into the jobs
 * @param lines how many lines, of all hosts, became these jobs
 */
public record ImportResult(List<ImportedItem> items, int lines) {
    public ImportResult {
        items = List.copyOf(items);
    }

    /** The lines that became jobs. */
    public List<Job> jobs() {
        return items.stream().filter(Job.class::isInstance).map(Job.class::cast).toList();
    }

    /** How many keys of the jobs hold a guess that an operator has to confirm. */
    public int decisions() {
        return jobs().stream().mapToInt(Job::decisions).sum();
    }

    /** The lines that could not. */
    public List<Refused> refused() {
        return items.stream()
                .filter(Refused.class::isInstance)
                .map(Refused.class::cast)
                .toList();
    }

    /** The files of which crond ran nothing. */
    public List<Dropped> dropped() {
        return items.stream()
                .filter(Dropped.class::isInstance)
                .map(Dropped.class::cast)
                .toList();
    }

    /** The lines that need no job of their own. */
    public List<LeftOut> leftOut() {
        return items.stream()
                .filter(LeftOut.class::isInstance)
                .map(LeftOut.class::cast)
                .toList();
    }

    /** One job file with all of it; it ends with a line end. */
    public String yaml() {
        return new JobFileText().of(this);
    }
}
