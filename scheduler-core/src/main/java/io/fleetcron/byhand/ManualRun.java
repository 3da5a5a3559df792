package io.fleetcron.byhand;

import io.fleetcron.agent.AgentParts;
import io.fleetcron.claim.ActiveDefinition;
import io.fleetcron.claim.JobLock;
import io.fleetcron.claim.ManualStart;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.fleet.Asked;
import io.fleetcron.fleet.Identity;
import io.fleetcron.fleet.Member;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.ThisHost;
import io.fleetcron.host.AgentDirectories;
import io.fleetcron.host.BootRecord;
import io.fleetcron.host.HostBoot;
import io.fleetcron.host.StartException;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.ledger.ManualRequest;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.look.LockAttempt;
import io.fleetcron.output.FileTail;
import io.fleetcron.output.OutputCollector;
import io.fleetcron.run.Run;
import io.fleetcron.storage.StorageException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A run that a person asked for, under the same lock and with the same record as any other. Thread-safe where it says so.
 */
public final class ManualRun {

    /** Exit status for a job that runs elsewhere: EX_TEMPFAIL of sysexits.h. */
    public static final int ELSEWHERE = 75;

    private static final long RETRY_MILLIS = 500;

    private final AgentParts parts;
    private final JobLock look;
    private final ManualStart asked;
    private final String job;
    private final OutputStream out;
    private volatile @Nullable Run running;
    private volatile boolean killed;
    private @Nullable FileTail tail;
    private @Nullable Settlement settlement;

    /**
     * What a person asks for.
     *
     * @param by user and host
     * @param reason why; may be empty
     * @param fire the scheduled time that is run again; empty for a run of its own
     * @param variables given to the command besides
     */
    public record Wanted(String by, String reason, Optional<Instant> fire, Map<String, String> variables) {
        /** Without the values of variables, which may be secret. */
        @Override
        public String toString() {
            return "Wanted by " + by;
        }

        ManualStart at(Instant now) {
            return new ManualStart(
                    new ManualRequest(new Asked(by, now, reason), List.copyOf(variables.keySet()), Optional.empty()),
                    fire,
                    variables,
                    Optional.empty());
        }
    }

    private ManualRun(AgentParts parts, JobDefinition job, BootRecord boot, Wanted wanted, OutputStream out) {
        this.parts = parts;
        this.out = out;
        this.job = job.name();
        this.asked = wanted.at(parts.instance().clock().instant());
        ActiveDefinition definition = new ActiveDefinition(
                job, boot.since(job, parts.instance().clock().instant()), boot.fire(job));
        this.look = new JobLock(parts.instance(), parts.lane(job.policy().runOn()), () -> definition, this::follow);
    }

    /**
     * Checks that the job may be run here.
     *
     * @param id the instance that it is run as, if not this host's
     * @param out receives the command's output as it comes
     * @throws StartException if the guarantee would not hold here
     */
    public static ManualRun prepare(
            FleetConfig config,
            JobDefinition job,
            Optional<String> id,
            Wanted wanted,
            InstantSource wallClock,
            OutputStream out)
            throws StartException {
        String instance = ThisHost.instance(config, id);
        AgentDirectories place = AgentDirectories.prepare(config, instance);
        try {
            AgentParts parts = AgentParts.besideAgent(config, place, Identity.here(instance), wallClock);
            parts.instance().members().learnTime();
            parts.instance().members().observe();
            Member agent = parts.instance().members().members().get(instance);
            if (agent != null) {
                parts.instance().fitness().labels(agent.labels()); // it may have been started with more
            }
            if (job.policy().runOn() == RunOn.EVERY) {
                parts.joinLocalLocks(place); // not for other jobs: an agent of an earlier version may still use them
            }
            parts.reports().outputs().logged(false); // they are shown as they are
            parts.loop().every(OutputCollector.INTERVAL, parts.reports().outputs()::look);
            return new ManualRun(parts, job, BootRecord.current(place.state(), HostBoot.now()), wanted, out);
        } catch (IOException e) {
            throw new StartException(List.of(String.valueOf(e.getMessage())));
        }
    }

    /** Asks the run to end. Thread-safe. */
    public void kill() {
        killed = true;
        Run run = running;
        if (run != null) {
            run.kill();
        }
    }

    /**
     * Claims and runs.
     *
     * @param patience how long to wait while the job runs elsewhere
     * @param messages receives what the person should know
     * @return the exit status for the person's shell
     */
    public int run(Duration patience, Consumer<String> messages) throws InterruptedException {
        paused().ifPresent(who -> messages.accept("job " + job + " is " + who + ". It is run by hand all the same"));
        long deadline = parts.instance().time().bootNanos() + patience.toNanos();
        while (true) {
            LockAttempt result = look.runNow(asked, settled -> settlement = settled);
            Optional<String> busy = busy(result);
            if (busy.isEmpty()) {
                return ended(result, messages);
            }
            if (killed || parts.instance().time().bootNanos() - deadline >= 0) {
                messages.accept("not run: " + busy.get());
                return ELSEWHERE;
            }
            Thread.sleep(RETRY_MILLIS);
        }
    }

    /** What the run would have to wait for. */
    private static Optional<String> busy(LockAttempt result) {
        if (result instanceof LockAttempt.GroupFull full) {
            return Optional.of(full.why() + ". --wait waits for a free slot");
        }
        return result instanceof LockAttempt.Elsewhere elsewhere
                ? Optional.of(where(elsewhere) + ". --wait waits for its end")
                : Optional.empty();
    }

    private Optional<String> paused() {
        try {
            parts.instance().controls().current();
        } catch (StorageException e) {
            return Optional.empty(); // the claim says so, if it lasts
        }
        return parts.instance().controls().paused(job, parts.instance().clock().instant());
    }

    private static String where(LockAttempt.Elsewhere elsewhere) {
        Optional<CurrentRun> run = elsewhere.seen().flatMap(record -> record.run());
        return run.map(r -> "the job runs on host " + r.host() + ", instance " + r.instance() + ", since " + r.started()
                        + " (fire " + r.fire() + ", token " + r.token() + ")")
                .orElse("another instance holds the job's lock just now");
    }

    private int ended(LockAttempt result, Consumer<String> messages) {
        if (result instanceof LockAttempt.Failed failed) {
            messages.accept("storage failed: " + failed.cause().getMessage());
            return 1;
        }
        if (result instanceof LockAttempt.Held held) {
            messages.accept("not run: " + held.why());
            return 1;
        }
        if (result instanceof LockAttempt.Unfit unfit) {
            messages.accept("not run: this host cannot run the job: " + unfit.why());
            return 1;
        }
        if (settlement == null) {
            messages.accept("the run's lock was lost, so the run was ended; the next claimer records it");
            return 1;
        }
        if (settlement.outcome() != Outcome.SUCCEEDED && settlement.outcome() != Outcome.FAILED) {
            messages.accept("outcome " + settlement.outcome().word());
        }
        int fallback = settlement.outcome() == Outcome.SUCCEEDED ? 0 : 1;
        return settlement.exit().orElse(fallback);
    }

    private void follow(Optional<Run> run) {
        running = run.orElse(null);
        if (run.isPresent()) {
            tail = FileTail.follow(run.get().output(), out);
            if (killed) {
                run.get().kill();
            }
        } else if (tail != null) {
            tail.finish();
        }
    }

    /** Writes history and stores output, for a few seconds at most. */
    public void close() {
        look.close();
        parts.loop().finish(Duration.ofSeconds(5), () -> {
            parts.shared().history().flush();
            parts.remember();
        });
    }
}
