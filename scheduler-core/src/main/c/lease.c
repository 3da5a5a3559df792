#include <signal.h>

#include "supervisor.h"

int64_t proof_age(const struct run *run, int64_t now) {
    return now - run->shared->proof_boot;
}

int64_t proof_ends(const struct run *run) {
    return run->spec.lease == 0 ? NEVER : later(run->shared->proof_boot, run->spec.lease / 4 * 3);
}

bool lock_matters(void) {
    return s.run->spec.lease != 0 && s.state <= PAUSED && s.verdict != FENCED;
}

/* Whether three quarters of the lease have passed since, by the wall clock. */
static bool is_old(struct instant proof) {
    return instant_now().wall - proof.wall >= s.run->spec.lease / 4 * 3;
}

static void start_beat(int64_t now) {
    char data[BLOCK];
    int64_t offset;
    lockfile_beat(s.run, s.attempt, s.beats++, data, &offset);
    s.write_began = instant_now();
    pid_t writer = lockfile_write(s.run, data, offset);
    if (writer == -1) {
        s.next_beat = now + s.run->spec.lease / 24;
        return;
    }
    s.writing = BEAT;
    s.tree.kept[0] = s.run->shared->writer = writer;
    s.next_beat = NEVER;
}

void beat_ended(enum write_result result) {
    if (result == WRITTEN || result == PROVEN) {
        s.run->shared->proof_boot = s.write_began.boot;
        s.run->shared->proof_wall = s.write_began.wall;
        if (s.suspect_until != NEVER && is_old(s.write_began)) {
            s.next_beat = boot_now(); /* it began before the step: another one has to tell */
            return;
        }
        s.suspect_until = NEVER;
    } else if (result == LOST && lock_matters()) {
        s.doubt = "the lock is lost";
        happen(DOUBT);
    }
    s.next_beat = s.write_began.boot + s.run->spec.lease / 6;
}

/* A resumed host, or somebody who corrects the clock: only the server knows whether the lock was given away. */
void on_clock_step(void) {
    struct instant now = instant_now();
    step_watch_rearm(s.steps);
    if (!lock_matters()) {
        return;
    }
    if (s.writing == NOTHING) {
        s.next_beat = now.boot;
    }
    struct instant proof = {.boot = s.run->shared->proof_boot, .wall = s.run->shared->proof_wall};
    if (is_old(proof) && s.suspect_until == NEVER) {
        s.suspect_until = now.boot + sooner(2000, s.run->spec.lease / 12);
    }
}

void keep_lock(int64_t now) {
    if (!lock_matters()) {
        return;
    }
    if (now >= proof_ends(s.run) || now >= s.suspect_until) {
        s.doubt = "no proof of the lock for three quarters of the lease";
        happen(DOUBT);
    } else if (s.writing == NOTHING && now >= s.next_beat) {
        start_beat(now);
    }
}

void drop_beat(void) {
    if (s.writing == BEAT) {
        kill(s.run->shared->writer, SIGKILL);
    }
}

int64_t next_lock_time(void) {
    if (!lock_matters() || s.state == KILLING) { /* which looks often enough */
        return NEVER;
    }
    int64_t next = sooner(proof_ends(s.run), s.suspect_until);
    return s.writing == NOTHING ? sooner(next, s.next_beat) : next;
}
