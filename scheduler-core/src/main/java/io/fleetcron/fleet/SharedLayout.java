package io.fleetcron.fleet;

import io.fleetcron.config.NameRules;
import io.fleetcron.config.Printable;
import java.nio.file.Path;
import java.time.YearMonth;
import java.util.Optional;

/**
 * Where things stand in the shared directory.
 *
 * @param root the shared directory
 */
public record SharedLayout(Path root) {

    private static final String LOCK = ".lock";

    /** The format version and the fleet's name. */
    public Path fleetFile() {
        return root.resolve("fleet.json");
    }

    /** Lock files, one for each job. */
    public Path jobs() {
        return root.resolve("jobs");
    }

    /** The name of a job's lock file in {@link #jobs}. */
    public static String lockName(String job) {
        return job + LOCK;
    }

    /** The job whose lock file has that name; empty for the name of anything else. */
    public static Optional<String> jobOf(String fileName) {
        return fileName.endsWith(LOCK)
                ? Optional.of(fileName.substring(0, fileName.length() - LOCK.length()))
                        .filter(job -> NameRules.job(job).isEmpty())
                : Optional.empty();
    }

    /** Slots of groups, one file for each, and a queue for each group. */
    public Path groups() {
        return root.resolve("groups");
    }

    /** In {@link #groups}: the name of a slot, from 1 to the group's limit. */
    public static String slotName(String group, int number) {
        return group + "." + number + LOCK;
    }

    /** In {@link #groups}: the jobs that wait for a slot of that group. */
    public Path groupQueue(String group) {
        return groups().resolve(group + ".queue");
    }

    /** What the instances say of themselves. */
    public Path members() {
        return root.resolve("members");
    }

    /** In {@link #members}: the file in which every instance has a slot. */
    public Path memberTable() {
        return members().resolve("table");
    }

    /** In {@link #members}: the name of the lock under which an instance takes a slot. */
    public static String memberLock() {
        return "table.lock";
    }

    /** In {@link #members}: a byte that anybody writes to learn the server's time. */
    public Path memberClock() {
        return members().resolve("clock");
    }

    /** What people have asked of the fleet. */
    public Path control() {
        return root.resolve("control");
    }

    /** In {@link #control}: what is in force, and the lock under which that is changed. */
    public Path controlTable() {
        return control().resolve(controlTableName());
    }

    /** The name of {@link #controlTable} in {@link #control}. */
    public static String controlTableName() {
        return "table";
    }

    /** In {@link #control}: all that was asked for in one month, a line each. */
    public Path controlLog(YearMonth month) {
        return control().resolve(month + ".jsonl");
    }

    /** Notifications that wait to be sent, a folder for each instance. */
    public Path notices() {
        return root.resolve("notices");
    }

    /** Which late jobs people have been told of, a file for each job. */
    public Path late() {
        return root.resolve("late");
    }

    /** What each instance's job definitions hash to. */
    public Path definitions() {
        return root.resolve("definitions");
    }

    /** In {@link #definitions}: those of one instance. */
    public Path definitions(String instance) {
        return definitions().resolve(valid(instance));
    }

    /** When instances had which definitions: one folder for each, in which it alone writes. */
    public Path journal() {
        return root.resolve("journal");
    }

    /** The journal of one instance, a file for each month. */
    public Path journal(String instance) {
        return journal().resolve(valid(instance));
    }

    /** What the journals name: one file for each {@link Timetable}. */
    public Path timetables() {
        return root.resolve("timetables");
    }

    /** In {@link #timetables}: the one of that name. */
    public Path timetable(String name) {
        if (!Timetable.isName(name)) {
            throw new IllegalArgumentException(Printable.line(name));
        }
        return timetables().resolve(name);
    }

    /** From when on nothing has been removed from history, see {@link KeptFrom}. */
    public Path keptFrom() {
        return root.resolve("retention.json");
    }

    /** The history that all instances write. */
    public Path history() {
        return root.resolve("history");
    }

    /** The history files of one instance, one for each day and process that writes. */
    public Path history(String instance) {
        return history().resolve(valid(instance));
    }

    /** Captured output, one folder for each job. */
    public Path outputs() {
        return root.resolve("output");
    }

    /**
     * The same id. Readers of what other hosts wrote have refused all others by then.
     *
     * @throws IllegalArgumentException if it could lead out of its folder
     */
    static String valid(String instance) {
        Optional<String> wrong = NameRules.host(instance);
        if (wrong.isPresent()) {
            throw new IllegalArgumentException(Printable.line(instance) + ": " + wrong.get());
        }
        return instance;
    }

    /** Captured output of one job, one file for each run, named by {@link OutputName}. */
    public Path output(String job) {
        return outputs().resolve(job);
    }
}
