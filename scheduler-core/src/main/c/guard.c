/*
 * G, the guard: does what may block on the local disk, and ends the run when S disappears or stops.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "channel.h"
#include "guard.h"
#include "text.h"
#include "wait.h"

enum { GRACE = 100 }; /* ms in which a supervisor that is late can still act */

struct guard guard;

/* As much as a pipe holds at the most, in so many turns: whoever writes on and on must not keep this process. */
enum { ONE_TURN = 1, ALL_THAT_IS_THERE = 33 };

static void take_output(int turns) {
    bool more = true;
    while (more && turns-- > 0 && !guard.output_ended) {
        guard.output_ended = !disk_take_output(&guard.disk, guard.run->output[0], &more);
    }
}

static void listen_to_supervisor(void) {
    char words[MOST_WORDS];
    enum message message;
    while ((message = channel_receive(guard.run->channel[0], words)) != NONE) {
        switch (message) {
        case COMPLAINT: disk_complain(&guard.disk, words); break;
        case STARTED_COMMAND: disk_note_process(&guard.disk, COMMAND, guard.run->shared->command); break;
        case CLOSE:
            take_output(ALL_THAT_IS_THERE);
            disk_tell_lost(&guard.disk);
            if (guard.run->shared->exit_record[0] != '\0') {
                disk_write_exit(&guard.disk, guard.run->shared->exit_record);
            }
            channel_send(guard.run->channel[0], CLOSED, "");
            break;
        case CLOSED:
        case IN_DOUBT:
        case UNKILLABLE:
        case NONE: break;
        }
    }
}

/*
 * S fences at 3/4 of the lease. If it has not by 13/16, or has not killed again for 1/8 while something is left, it does
 * not run: G ends it, and with it the run.
 */
static int64_t supervisor_must_act_by(void) {
    const struct run *run = guard.run;
    if (run->spec.lease == 0 || run->shared->over) {
        return NEVER;
    }
    int64_t fence = later(run->shared->proof_boot, run->spec.lease / 16 * 13);
    int64_t again = later(run->shared->struck, run->spec.lease / 8);
    return fence > again ? fence : again;
}

static void keep_time(void) {
    int64_t now = boot_now();
    if (now >= guard.lock_memory_at) {
        mlockall(MCL_CURRENT); /* without the privilege the pages stay where they are, as long as memory lasts */
        guard.lock_memory_at = NEVER;
    }
    if (now < supervisor_must_act_by()) {
        guard.overdue = NEVER;
    } else if (guard.overdue == NEVER) {
        guard.overdue = now; /* both may have been paused with their host: S goes first */
    } else if (now >= guard.overdue + GRACE) {
        guard.overdue = now;
        guard.fenced = true; /* reported once the run is dead: the disk may be frozen */
        syscall(SYS_pidfd_send_signal, guard.pidfd, SIGKILL, NULL, 0);
        channel_send(AGENT_FD, IN_DOUBT, "");
    }
}

enum { SIGNALS, SUPERVISOR_END, CHANNEL, TIMER, OUTPUT, WATCHED };

/* Whoever asks the guard to end means the run. */
static void pass_signal_on(void) {
    struct signalfd_siginfo info;
    if (read(guard.signals, &info, sizeof info) == sizeof info && info.ssi_signo == SIGTERM) {
        syscall(SYS_pidfd_send_signal, guard.pidfd, SIGTERM, NULL, 0);
    }
}

static void watch_supervisor(void) {
    struct pollfd watched[WATCHED] = {
        [SIGNALS] = {.fd = guard.signals, .events = POLLIN},
        [SUPERVISOR_END] = {.fd = guard.pidfd, .events = POLLIN},
        [CHANNEL] = {.fd = guard.run->channel[0], .events = POLLIN},
        [TIMER] = {.fd = guard.timer, .events = POLLIN},
        [OUTPUT] = {.fd = guard.run->output[0], .events = POLLIN},
    };
    while ((watched[SUPERVISOR_END].revents & POLLIN) == 0) {
        timer_set(guard.timer, sooner(guard.lock_memory_at,
                                      guard.overdue == NEVER ? supervisor_must_act_by() : guard.overdue + GRACE));
        if (!wait_for(watched, WATCHED)) {
            continue;
        }
        if (watched[TIMER].revents != 0) {
            timer_drain(guard.timer);
            keep_time();
        }
        if (watched[SIGNALS].revents != 0) {
            pass_signal_on();
        }
        if (watched[CHANNEL].revents & POLLIN) {
            listen_to_supervisor();
        } else if (watched[CHANNEL].revents != 0) {
            watched[CHANNEL].fd = -1;
        }
        if (watched[OUTPUT].revents != 0) {
            take_output(ONE_TURN);
            watched[OUTPUT].fd = guard.output_ended ? -1 : watched[OUTPUT].fd;
        }
    }
}

/* A daemon that the command left keeps the pipe: it must not die of it, and nobody waits for it. */
static void drain_for_daemon(void) {
    take_output(ALL_THAT_IS_THERE);
    if (guard.output_ended || fork() != 0) {
        return;
    }
    int pipe = guard.run->output[0];
    struct pollfd output = {.fd = dup2(pipe, 0), .events = POLLIN};
    close_range(1, ~0U, 0);
    guard.disk.mode = DROPPING;
    bool more;
    do {
        poll(&output, 1, -1);
    } while (disk_take_output(&guard.disk, output.fd, &more));
    _exit(0);
}

/* S may be gone before this guard, its child, could open it, and its number be a stranger's. */
static bool has_supervisor(void) {
    guard.pidfd = (int)syscall(SYS_pidfd_open, guard.supervisor, 0);
    return guard.parent || getppid() == guard.supervisor;
}

/* S has ended because it could not start, so there is no command. */
static bool has_begun_nothing(void) {
    siginfo_t end = {0};
    return guard.parent && waitid(P_PID, (id_t)guard.supervisor, &end, WEXITED | WNOHANG | WNOWAIT) == 0
        && end.si_code == CLD_EXITED && end.si_status == CANNOT_START;
}

static int guard_supervisor(void) {
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGCHLD);
    sigaddset(&wanted, SIGTERM);
    guard.signals = signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
    guard.timer = timer_open();
    bool supervised = has_supervisor();
    guard.overdue = NEVER;
    guard.lock_memory_at = guard.run->spec.lease == 0 ? NEVER : boot_now() + MEMORY_LOCK_DELAY;
    if (guard.signals == -1 || guard.timer == -1 || (supervised && guard.pidfd == -1)) {
        disk_complain(&guard.disk, "the guard of this run cannot start: no descriptors are left");
        return CANNOT_GUARD;
    }
    if (supervised) {
        watch_supervisor();
    }
    if (has_begun_nothing()) {
        listen_to_supervisor(); /* why */
        return CANNOT_START;
    }
    take_over();
    listen_to_supervisor(); /* its last complaints */
    drain_for_daemon();
    return 0;
}

int guard_run(struct run *run) {
    guard = (struct guard){.run = run, .parent = true};
    run->disk_timer = timer_open();
    disk_open(&guard.disk, run);
    disk_forget_processes(&guard.disk);
    disk_note_process(&guard.disk, GUARD, getpid());
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, run->channel) == -1
        || pipe2(run->output, O_CLOEXEC | O_NONBLOCK) == -1 || run->disk_timer == -1
        || (run->spec.has_account && fchown(run->output[0], (uid_t)run->spec.uid, (gid_t)run->spec.gid) == -1)) {
        disk_complain(&guard.disk, "the run cannot start: no descriptors are left on this host");
        return CANNOT_START;
    }
    pid_t own = getpid();
    guard.supervisor = fork();
    if (guard.supervisor == 0) {
        close(run->channel[0]);
        return supervise(run, own);
    }
    close(run->channel[1]);
    close(run->output[1]);
    if (guard.supervisor == -1) {
        disk_complain(&guard.disk, "the run cannot start: this host has no process left for its supervisor");
        return CANNOT_START;
    }
    spec_wipe(&run->spec);
    disk_note_process(&guard.disk, SUPERVISOR, guard.supervisor);
    return guard_supervisor();
}

int guard_replace(struct run *run) {
    guard = (struct guard){.run = run, .supervisor = run->shared->supervisor};
    struct text marker = TEXT_IN(guard.marker);
    put(&marker, run->spec.text == NULL ? "" : run->spec.marker);
    spec_wipe(&run->spec);
    close(run->channel[1]);
    close(run->output[1]);
    disk_open(&guard.disk, run);
    disk_note_process(&guard.disk, GUARD, getpid());
    return guard_supervisor();
}
