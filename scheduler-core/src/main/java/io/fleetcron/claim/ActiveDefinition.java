package io.fleetcron.claim;

import io.fleetcron.config.ExecutionEnvironment;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.JobDefinition.ProgramCommand;
import io.fleetcron.config.JobDefinition.Source;
import io.fleetcron.config.RunPolicy;
import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.config.schedule.Schedule;
import io.fleetcron.config.schedule.Schedules;
import io.fleetcron.ledger.ClaimInput.Standing;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/**
 * A job's definition and since when this instance has it.
 *
 * @param job the definition
 * @param since the fleet's time at which this instance learned of its schedule
 * @param boot the scheduled time of what this host's present boot brings about, if it does
 * @param standing whether it is still there
 * @param until until when the definition before it was in force; of one that is gone, until when it was
 */
public record ActiveDefinition(
        JobDefinition job, Instant since, Optional<Instant> boot, Standing standing, Instant until) {

    /** One that is there. */
    public ActiveDefinition(JobDefinition job, Instant since, Optional<Instant> boot) {
        this(job, since, boot, Standing.DEFINED, since);
    }

    /** Of a job that has a ledger and was not defined when this instance began: nothing is known but its name. */
    public static ActiveDefinition unknown(String job, RunOn where) {
        JobDefinition nothing = new JobDefinition(
                job,
                "",
                Schedules.parse("@reboot", ZoneOffset.UTC, job),
                ZoneOffset.UTC,
                new ProgramCommand(List.of("false")),
                ExecutionEnvironment.USUAL,
                RunPolicy.USUAL.on(where),
                false,
                new Source(Path.of("-"), 1, ""));
        return new ActiveDefinition(nothing, Instant.EPOCH, Optional.empty(), Standing.RETIRED, Instant.EPOCH);
    }

    /** When it fires on this host. */
    public Schedule schedule() {
        return boot.map(instant -> Schedules.onHost(job.schedule(), instant)).orElse(job.schedule());
    }

    /** True if the files define it no more. */
    boolean isRetired() {
        return standing == Standing.RETIRED;
    }

    /** The files define it no more. */
    ActiveDefinition retired(Instant now) {
        return isRetired() ? this : new ActiveDefinition(job, since, Optional.empty(), Standing.RETIRED, now);
    }

    /** The files define it again. */
    ActiveDefinition returned(JobDefinition again, Instant now, Optional<Instant> bootFire) {
        return new ActiveDefinition(again, now, bootFire, Standing.RETURNED, until);
    }

    /**
     * The fleet's time was set: what was learned so many seconds ago still was. What this host's boot brings about is named by
     * the time that the fleet had then, and stays.
     */
    ActiveDefinition moved(Duration shift) {
        return since.equals(Instant.EPOCH) || boot.isPresent()
                ? this
                : new ActiveDefinition(job, since.plus(shift), boot, standing, until.plus(shift));
    }

    /** Another definition, or the same, of a job that stays. */
    ActiveDefinition changed(JobDefinition changed, Instant now, Optional<Instant> bootFire) {
        return changed.scheduleHash().equals(job.scheduleHash())
                ? new ActiveDefinition(changed, since, bootFire, standing, until)
                : new ActiveDefinition(changed, now, bootFire);
    }
}
