package io.fleetcron.agent;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.JobDefinition.Retries;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.ledger.LedgerLayout;
import io.fleetcron.run.RunSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a supervisor is told, made from the definition and the claim. Pure functions, but for who this user is. */
final class RunSpecs {

    private RunSpecs() {}

    static RunSpec of(
            JobDefinition job,
            CurrentRun run,
            Optional<Duration> lease,
            int lockDescriptor,
            Duration claimedUptime,
            long outputCap) {
        String home = System.getProperty("user.home", "/");
        return new RunSpec(
                job.name(),
                run.fire(),
                run.token(),
                run.instance(),
                job.command().argv(),
                environment(
                        home,
                        System.getProperty("user.name", "root"),
                        job.environment().env()),
                job.environment().workingDir().orElse(Path.of(home)),
                job.timeout(),
                job.killAfter(),
                delays(job.retries()),
                outputCap,
                lockDescriptor,
                LedgerLayout.BEAT,
                LedgerLayout.EXIT,
                lease,
                claimedUptime,
                run.started());
    }

    /** crond's default environment (crontab(5)), not the agent's, and the job's own variables over it. */
    static Map<String, String> environment(String home, String user, Map<String, String> own) {
        Map<String, String> env = new LinkedHashMap<>();
        env.put("SHELL", "/bin/sh");
        env.put("PATH", "/usr/bin:/bin");
        env.put("HOME", home);
        env.put("LOGNAME", user);
        env.put("USER", user);
        env.putAll(own);
        return env;
    }

    /** The wait before each further attempt. */
    static List<Duration> delays(Retries retries) {
        List<Duration> delays = new ArrayList<>();
        double millis = retries.delay().toMillis();
        for (int attempt = 1; attempt < retries.attempts(); attempt++) {
            delays.add(Duration.ofMillis(
                    (long) Math.min(millis, (double) Duration.ofDays(7).toMillis())));
            millis *= retries.backoff();
        }
        return delays;
    }
}
