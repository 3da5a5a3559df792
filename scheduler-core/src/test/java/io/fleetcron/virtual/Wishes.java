package io.fleetcron.virtual;

import io.fleetcron.control.Glob;
import io.fleetcron.ledger.Settlement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What people ask of a simulated fleet, as its judge knows it. Times are those of the world, in nanoseconds. */
final class Wishes {

    /**
     * So long after somebody asked, nothing starts against it: what a claim had read may be 8 s old, and the command of one that
     * is on record starts within three quarters of the lease.
     */
    private static final long IN_FORCE = VirtualWorld.seconds(9) + VirtualServer.LEASE / 4 * 3;

    /** By so much the fleet's time, in which fires and ends are given, may be beside that of the world. */
    static final long CLOCKS = VirtualWorld.seconds(2);

    /** What is taken back is read within that time by all hosts that are up. */
    private static final long TAKES = VirtualWorld.seconds(10);

    private final List<Wish> all = new ArrayList<>();

    /** Something that holds until it ends. */
    final class Wish {
        private final Optional<String> jobs;
        private final Optional<String> host;
        private final long begin;
        private long end;

        private Wish(Optional<String> jobs, Optional<String> host, long begin, long end) {
            this.jobs = jobs;
            this.host = host;
            this.begin = begin;
            this.end = end;
            all.add(this);
        }

        /** Somebody takes it back. */
        void endsAt(long time) {
            end = Math.min(end, time);
        }

        private boolean isAbout(String job) {
            return jobs.filter(names -> Glob.matches(names, job)).isPresent();
        }

        private boolean holds(long time) {
            return time >= begin + IN_FORCE && time < end - CLOCKS;
        }
    }

    /** Fires of these jobs are to be left out. */
    Wish leaveOut(String jobs, long begin, long end) {
        return new Wish(Optional.of(jobs), Optional.empty(), begin, end);
    }

    /** That host is to claim nothing. */
    Wish drain(String host, long begin, long end) {
        return new Wish(Optional.empty(), Optional.of(host), begin, end);
    }

    /** Since when a start was forbidden then, if it was. */
    Optional<Long> against(String job, String host, long started) {
        return all.stream()
                .filter(wish -> wish.isAbout(job) || wish.host.equals(Optional.of(host)))
                .filter(wish -> wish.holds(started))
                .map(wish -> wish.begin)
                .findFirst();
    }

    /** Since when a fire was to be left out for sure. */
    Optional<Long> leavesOut(String job, long fire) {
        return all.stream()
                .filter(wish -> wish.isAbout(job) && wish.holds(fire))
                .map(wish -> wish.begin)
                .findFirst();
    }

    /** Whether somebody may have had that in mind. */
    boolean mayLeaveOut(String job, long fire, long settled) {
        return all.stream()
                .anyMatch(wish -> wish.isAbout(job) && settled >= wish.begin - CLOCKS && fire <= wish.end + TAKES);
    }

    /** Whether a fire is on record as left out because somebody asked for that. */
    static boolean isLeftOut(Settlement line) {
        return line.reason()
                .filter(why -> why.startsWith("paused by ") || why.startsWith("left out by "))
                .isPresent();
    }
}
