#include "supervisor.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "channel.h"
#include "disk.h"
#include "proc.h"
#include "text.h"
#include "wait.h"

struct supervisor s;

void complain(const char *words) {
    channel_send(s.run->channel[1], COMPLAINT, words);
}

typedef void action(void);

/* What a state does at an event; nothing where there is none. */
static action *const TABLE[STATES][EVENTS] = {
    [RUNNING] = {
        [DEATH] = look_at_attempt,
        [DUE] = look_at_attempt,
        [LIMIT] = time_is_up,
        [ASKED] = end_on_request,
        [DOUBT] = fence,
    },
    [ENDING] = {
        [DEATH] = look_at_rest,
        [DUE] = strike,
        [DOUBT] = fence,
    },
    [KILLING] = {
        [DEATH] = look_at_rest,
        [DUE] = strike,
        [DOUBT] = end_for_doubt,
    },
    [PAUSED] = {
        [DEATH] = reap_orphans,
        [DUE] = begin_attempt,
        [ASKED] = end_while_paused,
        [DOUBT] = fence_while_paused,
    },
    [CLOSING] = {
        [DEATH] = tell_when_quiet,
        [DUE] = tell_agent,
        [KEPT] = tell_agent,
    },
    [TELLING] = {
        [DEATH] = reap_orphans,
        [DUE] = record_end,
        [RECORDED] = finish,
        [UNRECORDED] = record_end,
        [GONE] = record_end,
    },
    [RECORDING] = {
        [DEATH] = reap_orphans,
        [DUE] = record_end,
        [RECORDED] = finish,
    },
};

void happen(enum event event) {
    action *act = TABLE[s.state][event];
    if (act != NULL) {
        act();
    }
}

/* -------------------------------------------------------------------------------------------------------- the loop */

static void reap_writer(void) {
    int status;
    if (s.writing == NOTHING || waitpid(s.run->shared->writer, &status, WNOHANG) <= 0) {
        return;
    }
    enum write_result result = WIFEXITED(status) ? (enum write_result)WEXITSTATUS(status) : REFUSED;
    enum writing what = s.writing;
    s.writing = NOTHING;
    s.tree.kept[0] = s.run->shared->writer = 0;
    if (what == BEAT) {
        beat_ended(result);
    } else {
        exit_record_ended(result);
    }
}

static void on_time(void) {
    int64_t now = boot_now();
    keep_lock(now);
    if (now >= s.limit_at) {
        happen(LIMIT);
    }
    if (now >= s.due) {
        s.due = NEVER;
        happen(DUE);
    }
    if (now >= s.replace_guard_at) {
        replace_guard(now);
    }
    if (now >= s.lock_memory_at) {
        mlockall(MCL_CURRENT); /* without the privilege the pages stay where they are, as long as memory lasts */
        s.lock_memory_at = NEVER;
    }
}

static int64_t next_time(void) {
    int64_t next = sooner(sooner(s.due, s.limit_at), sooner(s.replace_guard_at, s.lock_memory_at));
    return sooner(next, next_lock_time());
}

static void on_signals(void) {
    struct signalfd_siginfo info;
    bool death = false;
    while (read(s.signals, &info, sizeof info) == sizeof info) {
        death = death || info.ssi_signo == SIGCHLD;
        if (info.ssi_signo == SIGTERM && !proc_host_goes_down()) { /* then the command has been asked too */
            happen(ASKED);
        }
    }
    if (death) {
        reap_writer();
        happen(DEATH);
    }
}

static void on_agent(void) {
    char word;
    ssize_t got = recv(AGENT_FD, &word, 1, MSG_DONTWAIT);
    if (got <= 0) {
        s.agent_gone = true;
        happen(GONE);
    } else {
        happen(word == 'k' ? ASKED : word == 'r' ? RECORDED : UNRECORDED);
    }
}

static void on_channel(void) {
    char words[MOST_WORDS];
    if (channel_receive(s.run->channel[1], words) == CLOSED) {
        happen(KEPT);
    }
}

/* The guard is in the local disk for too long: the command must not wait for it. */
static bool guard_hangs(void) {
    int64_t since = s.run->shared->disk_since;
    return since != 0 && boot_now() - since >= DISK_PATIENCE;
}

static void on_disk(void) {
    timer_drain(s.run->disk_timer);
    s.dropping = guard_hangs();
}

static void drop_output(void) {
    ssize_t got = guard_hangs() ? disk_skip_output(s.run->output[0]) : 0;
    if (got > 0) {
        s.run->shared->dropped += got;
    } else if (got == 0 || errno != EAGAIN) {
        s.dropping = false;
    }
}

enum { SIGNALS, TIMER, STEPS, GUARD_END, AGENT, CHANNEL, DISK, OUTPUT, WATCHED };

static void wait_and_act(void) {
    struct pollfd watched[WATCHED] = {
        [SIGNALS] = {.fd = s.signals, .events = POLLIN},
        [TIMER] = {.fd = s.timer, .events = POLLIN},
        [STEPS] = {.fd = s.steps, .events = POLLIN},
        [GUARD_END] = {.fd = s.guard_pidfd, .events = POLLIN},
        [AGENT] = {.fd = s.agent_gone ? -1 : AGENT_FD, .events = POLLIN},
        [CHANNEL] = {.fd = s.guard_pidfd == -1 ? -1 : s.run->channel[1], .events = POLLIN},
        [DISK] = {.fd = s.run->disk_timer, .events = POLLIN},
        [OUTPUT] = {.fd = s.dropping ? s.run->output[0] : -1, .events = POLLIN},
    };
    timer_set(s.timer, next_time());
    if (!wait_for(watched, WATCHED)) {
        return;
    }
    if (watched[STEPS].revents != 0) {
        on_clock_step();
    }
    if (watched[TIMER].revents != 0) {
        timer_drain(s.timer);
    }
    on_time();
    if (watched[SIGNALS].revents != 0) {
        on_signals();
    }
    if (watched[CHANNEL].revents & POLLIN) {
        on_channel();
    }
    if (watched[GUARD_END].revents != 0) {
        on_guard_end();
    }
    if (watched[AGENT].revents != 0) {
        on_agent();
    }
    if (watched[DISK].revents != 0) {
        on_disk();
    }
    if (watched[OUTPUT].revents != 0) {
        drop_output();
    }
}

static bool open_descriptors(void) {
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGCHLD);
    sigaddset(&wanted, SIGTERM);
    s.signals = signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
    s.timer = timer_open();
    s.steps = s.run->spec.lease == 0 ? -1 : step_watch_open();
    s.guard_pidfd = (int)syscall(SYS_pidfd_open, s.guard, 0);
    return s.signals != -1 && s.timer != -1 && s.guard_pidfd != -1;
}

int supervise(struct run *run, pid_t guard) {
    int64_t now = boot_now();
    s = (struct supervisor){
        .run = run,
        .tree = {.cgroup_kill = run->cgroup_kill},
        .guard = guard,
        .next_beat = later(run->shared->proof_boot, run->spec.lease / 6), /* the claim was the first one */
        .suspect_until = NEVER,
        .replace_guard_at = NEVER,
        .lock_memory_at = run->spec.lease == 0 ? NEVER : now + MEMORY_LOCK_DELAY,
    };
    run->shared->supervisor = getpid();
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); /* a fork does not inherit it */
    if (!open_descriptors()) {
        complain("the run cannot start: no descriptors are left on this host");
        return CANNOT_START;
    }
    begin_attempt();
    while (s.state != DONE || s.writing != NOTHING) {
        if (s.state == DONE && s.writing != NOTHING) {
            kill(run->shared->writer, SIGKILL); /* the agent has recorded the end meanwhile */
        }
        wait_and_act();
    }
    if (run->shared->settled) {
        /* The guard may be in the local disk for long; the lock need not wait for it. */
        send(AGENT_FD, "q", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    }
    return 0;
}
