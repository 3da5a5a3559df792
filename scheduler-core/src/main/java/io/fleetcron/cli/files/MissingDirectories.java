package io.fleetcron.cli.files;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.crontab.Accounts;
import io.fleetcron.config.yaml.Problem;
import io.fleetcron.config.yaml.Problem.Severity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds jobs that this host may run, and whose directory it does not have. */
final class MissingDirectories {
    private final String host;
    private final Accounts accounts;

    MissingDirectories(String host, Accounts accounts) {
        this.host = host;
        this.accounts = accounts;
    }

    /** A warning for each: another host may have the directory, and it may yet come. */
    List<Problem> of(FleetConfig config) {
        return config.jobs().values().stream()
                .filter(JobDefinition::enabled)
                .filter(job -> job.policy().placement().allows(host, config.labels()))
                .flatMap(job -> missing(job).map(what -> warning(job, what)).stream())
                .toList();
    }

    private Optional<String> missing(JobDefinition job) {
        Optional<Path> own = job.environment().workingDir();
        return own.isPresent()
                ? own.filter(folder -> !Files.isDirectory(folder)).map(folder -> "its `working_dir` " + folder)
                : job.environment()
                        .user()
                        .flatMap(user -> accounts.missingHome(user).map(home -> home + ", the home of " + user + ","));
    }

    private static Problem warning(JobDefinition job, String what) {
        return new Problem(
                job.source().file(),
                job.source().line(),
                1,
                Severity.WARNING,
                "job `" + job.name() + "`: " + what
                        + " does not exist on this host, which so cannot run the job: create it,"
                        + " name another `working_dir`, or set `hosts`");
    }
}
