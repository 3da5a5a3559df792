package io.fleetcron.virtual;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.control.Control;
import io.fleetcron.control.ControlTable;
import io.fleetcron.control.Span;
import io.fleetcron.fleet.Asked;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;

/** Lets things go wrong at random times, and right again. */
final class Injector {
    /** So far the server's clock is set wrong at most. */
    static final long JUMP = VirtualWorld.seconds(200);

    /** Between two troubles of one kind at one host. */
    private static final long AT_HOST = VirtualWorld.seconds(40 * 60);

    private static final long AT_SERVER = VirtualWorld.seconds(50 * 60);

    private final VirtualWorld world;
    private final List<VirtualHost> hosts;
    private final Map<String, JobDefinition> jobs;
    private final Function<Map<String, JobDefinition>, FleetConfig> config;
    private final Map<Fault, SplittableRandom> chances = new EnumMap<>(Fault.class);
    private final Optional<List<String>> only;
    private final Map<Fault, Integer> counts = new EnumMap<>(Fault.class);
    private final Map<String, Long> happened = new LinkedHashMap<>();
    private final Map<VirtualHost, Long> drains = new HashMap<>();
    private ControlTable asked = ControlTable.NONE;
    private boolean over;

    Injector(
            VirtualWorld world,
            List<VirtualHost> hosts,
            Map<String, JobDefinition> jobs,
            Function<Map<String, JobDefinition>, FleetConfig> config,
            Optional<List<String>> only) {
        this.world = world;
        this.hosts = hosts;
        this.jobs = jobs;
        this.config = config;
        this.only = only;
    }

    void start(List<Fault> faults) {
        for (Fault fault : faults) {
            chances.put(
                    fault, new SplittableRandom(world.seed() * 31 + fault.word().hashCode()));
            if (!fault.isPlanned()) {
                next(fault);
            }
        }
        if (world.plants(Plant.LEDGER_GOES_BACK)) {
            goBack();
        }
    }

    /** Gives all hosts new definitions, one after the other. */
    void schedule(Rollouts.Rollout rollout) {
        long begin = Duration.between(VirtualWorld.BEGIN, rollout.begin()).toNanos();
        world.time().after(null, begin - world.now(), () -> {
            rollout.changed().forEach((name, job) -> {
                world.trace(name, "has another schedule: " + job.schedule().canonical());
                jobs.put(name, job);
            });
            for (VirtualHost host : hosts) {
                world.time().after(null, random(Fault.CHANGES, Rollouts.TAKES.toNanos()), () -> {
                    world.trace(host.name(), "gets new definitions");
                    host.reload(config.apply(jobs));
                });
            }
        });
    }

    /** Each fault has a chance of its own: without one of them, the others come when they came with it. */
    private long random(Fault fault, long bound) {
        return bound <= 0 ? 0 : Objects.requireNonNull(chances.get(fault)).nextLong(bound);
    }

    private boolean isOfServer(Fault fault) {
        return switch (fault) {
            case SERVER, HANG, FULL, SERVERCLOCK -> true;
            default -> false;
        };
    }

    private void next(Fault fault) {
        long mean = isOfServer(fault) ? AT_SERVER : AT_HOST / hosts.size();
        mean = world.plants() ? mean / 4 : mean;
        world.time().after(null, mean / 4 + random(fault, mean * 3 / 2), () -> {
            if (!over) {
                VirtualHost host = hosts.get((int) random(fault, hosts.size()));
                String name = fault.word() + "-" + counts.merge(fault, 1, Integer::sum);
                if (only.isEmpty() || only.get().contains(name)) {
                    happened.put(name, world.now());
                    inject(fault, host);
                }
                next(fault);
            }
        });
    }

    /** The names of what went wrong until then. */
    List<String> until(Instant time) {
        return happened.entrySet().stream()
                .filter(each -> !world.instant(each.getValue()).isAfter(time))
                .map(Map.Entry::getKey)
                .toList();
    }

    private void inject(Fault fault, VirtualHost host) {
        switch (fault) {
            case PAUSE -> {
                if (world.chance(0.5)) {
                    pause(host);
                } else {
                    world.pauseAtNextStart(this::pause);
                }
            }
            case LOSS -> {
                if (world.chance(0.5)) {
                    lose(host);
                } else {
                    host.atNextWrite(() -> lose(host));
                }
            }
            case AGENT -> killAgent(host);
            case STOP -> {
                world.trace(host.name(), "agent stops");
                host.stopAgent(VirtualWorld.seconds(1) + world.random(VirtualWorld.seconds(60)));
            }
            case CUT -> forAWhile(host, "cut off", host::cut, host::heal, 1, 180);
            case LOCKS -> refuseLocks(host);
            case SICK -> {
                boolean whole = world.chance(0.5);
                forAWhile(
                        host,
                        whole ? "unfit" : "without users",
                        () -> sick(host, whole, true),
                        () -> sick(host, whole, false),
                        5,
                        300);
            }
            case CLOCK -> setClock(host);
            case SUPERVISOR -> killSupervisor(host);
            case DEFINITIONS -> differ(host);
            case DRIFT -> {
                long ppm = world.random(1_000) - 500;
                forAWhile(host, "drifting by " + ppm + " ppm", () -> host.drift(ppm), () -> host.drift(0), 60, 900);
            }
            case PEOPLE -> {
                String job = "job-" + world.random(jobs.size());
                boolean runs = world.chance(0.7);
                world.trace(job, (runs ? "is run" : "is settled") + " by hand on " + host.name());
                if (runs) {
                    host.runByHand(job);
                } else {
                    host.settleByHand(job);
                }
            }
            case RELOAD -> hosts.forEach(each -> each.reload(config.apply(jobs)));
            case SERVER, HANG, FULL, SERVERCLOCK -> injectServer(fault);
            case CONTROLS -> ask(host);
            case CHANGES, GROUPS, EXCEPTIONS, BOUNDS, STATUSES, PLACEMENT, TOLERANCE ->
                throw new IllegalStateException("these come as planned");
        }
    }

    /** As a person does who does not know what is wrong with the fleet just then. */
    private void ask(VirtualHost host) {
        Asked asked = new Asked("anna@x", world.server().clock(), "why");
        long lasts = VirtualWorld.seconds(120) + world.random(VirtualWorld.seconds(480));
        Span span = new Span(asked, Optional.of(asked.at().plusNanos(lasts)), Optional.empty());
        long end = world.now() + lasts;
        String job = "job-" + world.random(jobs.size());
        switch ((int) world.random(4)) {
            case 0 -> {
                Optional<Instant> fire =
                        Objects.requireNonNull(jobs.get(job)).schedule().next(asked.at());
                fire.ifPresent(next -> {
                    asks(new Control.Skip(job, new Span(asked, Optional.of(next), Optional.empty())));
                    world.judge()
                            .wishes()
                            .leaveOut(
                                    job, world.now(), world.now() + nanos(asked.at(), next) + VirtualWorld.seconds(3));
                });
            }
            case 1 -> {
                boolean drained = drains.putIfAbsent(host, end) != null;
                if (!drained && drains.size() == 1) {
                    asks(new Control.Drain(host.name(), span));
                    world.judge().wishes().drain(host.name(), world.now(), end);
                    host.drained(true);
                    world.time().after(null, lasts + VirtualWorld.seconds(15), () -> {
                        host.drained(false);
                        drains.remove(host);
                    });
                } else if (!drained) {
                    drains.remove(host);
                }
            }
            default -> {
                String jobsPaused = world.chance(0.3) ? job.substring(0, 5) + "*" : job;
                Control.Pause pause = new Control.Pause(jobsPaused, span);
                asks(pause);
                Wishes.Wish wish = world.judge().wishes().leaveOut(jobsPaused, world.now(), end);
                if (world.chance(0.5)) {
                    world.time().after(null, world.random(lasts), () -> {
                        asks(pause.endedBy(new Asked("bert@x", world.server().clock(), "done")));
                        wish.endsAt(world.now());
                    });
                }
            }
        }
    }

    private static long nanos(Instant from, Instant to) {
        return Duration.between(from, to).toNanos();
    }

    /** In place of the same that was asked before. */
    private void asks(Control control) {
        world.trace(control.target(), "is asked for: " + control);
        List<Control> all = new ArrayList<>(asked.controls());
        all.removeIf(other -> other.word().equals(control.word())
                && other.target().equals(control.target())
                && other.span().asked().equals(control.span().asked()));
        all.add(control);
        asked = world.server().ask(asked, all);
    }

    private void pause(VirtualHost host) {
        forAWhile(host, "paused", host::pause, host::resume, 1, 180);
    }

    private static void sick(VirtualHost host, boolean whole, boolean now) {
        if (whole) {
            host.sick(now);
        } else {
            host.userGone(now);
        }
    }

    private void forAWhile(VirtualHost host, String what, Runnable begin, Runnable end, long least, long most) {
        if (host.isLost() || host.isPaused()) {
            return;
        }
        world.trace(host.name(), what);
        begin.run();
        world.time().after(null, VirtualWorld.seconds(least) + world.random(VirtualWorld.seconds(most - least)), () -> {
            world.trace(host.name(), "no longer " + what);
            end.run();
        });
    }

    private void lose(VirtualHost host) {
        if (!host.isLost()) {
            world.trace(host.name(), "dies");
            host.lose();
            world.time()
                    .after(null, VirtualWorld.seconds(20) + world.random(VirtualWorld.seconds(300)), () -> boot(host));
        }
    }

    private void boot(VirtualHost host) {
        if (host.isLost()) {
            world.trace(host.name(), "boots");
            host.boot();
        }
    }

    private void killAgent(VirtualHost host) {
        if (host.hasAgent() && !host.isPaused()) {
            world.trace(host.name(), "agent killed");
            host.killAgent();
            world.time()
                    .after(host, VirtualWorld.seconds(1) + world.random(VirtualWorld.seconds(60)), host::startAgent);
        }
    }

    private void refuseLocks(VirtualHost host) {
        String errno = world.chance(0.5) ? "EDQUOT" : "ENOLCK";
        world.trace(host.name(), "locks refused");
        long begin = world.now();
        host.refused(true);
        world.troubles().refuseLocks(host, errno);
        world.time().after(null, VirtualWorld.seconds(5) + world.random(VirtualWorld.seconds(120)), () -> {
            world.troubles().refuseLocks(host, "");
            host.refused(false);
            world.trace(host.name(), "locks granted again since " + world.instant(begin));
        });
    }

    private void setClock(VirtualHost host) {
        long ahead = world.random(VirtualWorld.seconds(1200)) - VirtualWorld.seconds(600);
        world.trace(host.name(), "clock is wrong by " + ahead / 1_000_000_000 + " s");
        host.setClock(ahead);
        world.time().after(null, VirtualWorld.seconds(60) + world.random(VirtualWorld.seconds(600)), () -> {
            world.trace(host.name(), "clock is right");
            host.setClock(0);
        });
    }

    private void killSupervisor(VirtualHost host) {
        List<VirtualRun> running =
                host.runs().stream().filter(VirtualRun::isRunning).toList();
        if (!running.isEmpty() && !host.isPaused()) {
            VirtualRun run = running.get((int) world.random(running.size()));
            world.trace(run.id().job(), "supervisor killed");
            run.supervisorKilled();
        }
    }

    /** Not while its agent is down: when a job was taken out then, and what came due before, nobody can know. */
    private void differ(VirtualHost host) {
        if (!host.hasAgent()) {
            return;
        }
        Map<String, JobDefinition> other = new LinkedHashMap<>();
        jobs.forEach((name, job) -> {
            if (!world.chance(0.1)) {
                other.put(name, job);
            }
        });
        world.trace(host.name(), "has other definitions");
        host.differs(true);
        host.reload(config.apply(other));
        world.time().after(null, VirtualWorld.seconds(60) + world.random(VirtualWorld.seconds(300)), () -> {
            world.trace(host.name(), "has all definitions");
            host.differs(false);
            host.reload(config.apply(jobs));
        });
    }

    private void injectServer(Fault fault) {
        long begin = world.now();
        long lasts = VirtualWorld.seconds(2) + world.random(VirtualWorld.seconds(fault == Fault.HANG ? 30 : 20));
        VirtualServer server = world.server();
        world.trace("server", fault.word());
        switch (fault) {
            case SERVER -> {
                server.goDown();
                world.time().after(null, lasts, server::comeBack);
                world.judge().unhealthy(begin, begin + lasts + VirtualServer.LEASE + VirtualWorld.seconds(15));
            }
            case HANG -> {
                server.hang(true);
                world.time().after(null, lasts, () -> server.hang(false));
                world.judge().unhealthy(begin, begin + lasts + VirtualWorld.seconds(15));
            }
            case FULL -> {
                int kind = (int) world.random(3);
                world.troubles().refuseWrites(kind == 0 ? "ENOSPC" : kind == 1 ? "EDQUOT" : "EROFS", kind == 0);
                server.writable(kind == 0);
                world.time().after(null, lasts * 4, () -> {
                    world.troubles().refuseWrites("", false);
                    server.writable(true);
                });
                world.judge().unhealthy(begin, begin + lasts * 4 + VirtualWorld.seconds(15));
            }
            default -> {
                long jump = world.random(2 * JUMP) - JUMP;
                server.clockJumps(jump);
                world.time().after(null, lasts * 4, () -> server.clockJumps(-jump));
                world.judge().unhealthy(begin, begin + lasts * 4 + VirtualWorld.seconds(400));
                world.judge().clockWrong(begin, begin + lasts * 4 + VirtualWorld.seconds(400));
            }
        }
    }

    /** A ledger is put back to what it was five minutes before: the deliberate fault. */
    private void goBack() {
        String path = "/share/jobs/job-" + world.random(jobs.size()) + ".lock";
        byte[] before = world.server().content(path);
        world.time().after(null, VirtualWorld.seconds(300), () -> {
            hosts.forEach(host -> {
                host.killAgent();
                world.time().after(host, VirtualWorld.seconds(1), host::startAgent);
            });
            world.server().restore(path, before);
            if (!over) {
                goBack();
            }
        });
    }

    /** From now on nothing goes wrong. */
    void healAll() {
        over = true;
        world.troubles().refuseWrites("", false);
        hosts.forEach(host -> {
            world.troubles().refuseLocks(host, "");
            host.refused(false);
            host.sick(false);
            host.userGone(false);
            host.setClock(0);
            host.drift(0);
            host.heal();
            host.resume();
            boot(host);
            host.startAgent();
            host.differs(false);
            host.reload(config.apply(jobs));
        });
        world.server().hang(false);
    }
}
