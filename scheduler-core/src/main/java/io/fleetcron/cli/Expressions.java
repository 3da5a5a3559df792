package io.fleetcron.cli;

import io.fleetcron.config.schedule.Schedule;
import io.fleetcron.config.schedule.ScheduleException;
import io.fleetcron.config.schedule.Schedules;
import java.time.ZoneId;

/** Expressions given on the command line. */
final class Expressions {

    private Expressions() {}

    /**
     * Reads one.
     *
     * @throws CommandFailed with the column and what to write instead
     */
    static Schedule parse(String text, ZoneId zone, String job) throws CommandFailed {
        try {
            return Schedules.parse(text, zone, job);
        } catch (ScheduleException e) {
            String hint = e.hint().isEmpty() ? "" : "; " + e.hint();
            throw new CommandFailed(
                    ExitCode.USAGE, "schedule \"" + text + "\", column " + e.column() + ": " + e.getMessage() + hint);
        }
    }
}
