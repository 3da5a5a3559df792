/*
 * S, the supervisor: one loop, one table. It never touches a file system but /proc and cgroups.
 *
 * Kill first, tell later: between the decision to end the run and SIGKILL nothing blocks, forks or executes.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "channel.h"
#include "lockfile.h"
#include "proc.h"
#include "record.h"
#include "text.h"
#include "tree.h"

enum {
    CANNOT_START = 125,
    FIRST_LOOK = 20, /* ms between looks for processes whose end nobody reports; doubles */
    LAST_LOOK = 500,
    UNKILLABLE_AFTER = 10000, /* ms after SIGKILL before it is said that a process does not die */
    CLOSING_TIME = 10000,     /* ms for the guard to keep the output and the exit record */
    PATIENCE = 3000,          /* ms for an agent that is alive to say that it has recorded the end */
    RETRY = 3000,             /* ms between tries to write to the lock file */
    MEMORY_LOCK_DELAY = 1000, /* ms */
};

enum state { RUNNING, ENDING, KILLING, PAUSED, CLOSING, TELLING, RECORDING, DONE, STATES };

enum event {
    DEATH,      /* a child has died */
    DUE,        /* the time that the state waits for has come */
    LIMIT,      /* the attempt's time limit */
    ASKED,      /* somebody asked to end the run */
    DOUBT,      /* the lock is lost, or unproven for too long */
    KEPT,       /* the guard has kept output and exit record */
    RECORDED,   /* the agent has recorded the end */
    UNRECORDED, /* the agent could not */
    GONE,       /* the agent has gone */
    EVENTS
};

enum writing { NOTHING, BEAT, EXIT };

struct supervisor {
    struct run *run;
    enum state state;
    int64_t due; /* what DUE is for; NEVER: nothing */
    struct tree tree;
    int attempt;
    int64_t limit_at;
    int64_t look; /* the next pause between looks */
    int64_t killed_at;
    bool unkillable_told;
    enum how verdict; /* what S did to the attempt: SUCCEEDED for nothing */
    int64_t ooms;
    struct record end;

    enum writing writing;
    struct instant write_began;
    int64_t next_beat;
    unsigned beats;
    int64_t suspect_until; /* the wall clock was stepped beyond the lease: prove the lock by then */
    const char *doubt;

    bool host_goes_down;
    bool agent_gone;
    bool kept;
    pid_t guard;
    int guard_pidfd;
    int64_t replace_guard_at;
    int64_t lock_memory_at;
    int signals;
    int timer;
    int steps;
};

static struct supervisor s;

static void happen(enum event event);

static int64_t min_look(void) {
    int64_t look = s.look;
    s.look = s.look * 2 > LAST_LOOK ? LAST_LOOK : s.look * 2;
    return look;
}

static void complain(const char *words) {
    channel_send(s.run->channel[1], COMPLAINT, words);
}

/* ------------------------------------------------------------------------------------------------------- the lock */

int64_t proof_age(const struct run *run, int64_t now) {
    return now - run->shared->proof_boot;
}

int64_t proof_ends(const struct run *run) {
    return run->spec.lease == 0 ? NEVER : later(run->shared->proof_boot, run->spec.lease / 4 * 3);
}

static bool lock_matters(void) {
    return s.run->spec.lease != 0 && s.state <= PAUSED;
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

static void beat_ended(enum write_result result) {
    if (result == WRITTEN || result == PROVEN) {
        s.run->shared->proof_boot = s.write_began.boot;
        s.run->shared->proof_wall = s.write_began.wall;
        s.suspect_until = NEVER;
    } else if (result == LOST && lock_matters()) {
        s.doubt = "the lock is lost";
        happen(DOUBT);
    }
    s.next_beat = s.write_began.boot + s.run->spec.lease / 6;
}

/* A resumed host, or somebody who corrects the clock: only the server knows whether the lock was given away. */
static void on_clock_step(void) {
    struct instant now = instant_now();
    step_watch_rearm(s.steps);
    if (!lock_matters()) {
        return;
    }
    if (s.writing == NOTHING) {
        s.next_beat = now.boot;
    }
    if (now.wall - s.run->shared->proof_wall >= s.run->spec.lease / 4 * 3 && s.suspect_until == NEVER) {
        s.suspect_until = now.boot + sooner(2000, s.run->spec.lease / 12);
    }
}

static void keep_lock(int64_t now) {
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

static void drop_beat(void) {
    if (s.writing == BEAT) {
        kill(s.run->shared->writer, SIGKILL);
    }
}

/* ------------------------------------------------------------------------------------------------------- attempts */

static void say_in_output(const char *words) {
    (void)!write(s.run->output[1], words, strlen(words)); /* does not block: the pipe may be full */
}

static void begin_attempt(void) {
    struct run *run = s.run;
    int64_t now = boot_now();
    s.attempt++;
    s.verdict = SUCCEEDED;
    s.unkillable_told = false;
    s.look = FIRST_LOOK;
    s.due = NEVER;
    s.limit_at = run->spec.timeout == 0 ? NEVER : later(now, run->spec.timeout);
    s.ooms = record_ooms(run);
    run->shared->start_problem = STARTED;
    s.state = RUNNING;
    pid_t command = fork();
    if (command == 0) {
        command_become(run, s.attempt);
    }
    if (command == -1) {
        say_in_output("fleetcron: this host has no process left for the command; raise its limits\n");
        s.tree.leader = 0;
        s.tree.leader_dead = true;
        s.tree.leader_status = 126;
        s.due = now;
        return;
    }
    run->shared->command = command;
    s.tree.leader = command;
    s.tree.leader_dead = false;
    channel_send(run->channel[1], COMMAND, "");
}

static void close_run(void) {
    struct run *run = s.run;
    drop_beat();
    s.state = CLOSING;
    s.due = boot_now() + CLOSING_TIME;
    s.end.attempts = s.attempt;
    s.host_goes_down = s.end.how != SUCCEEDED && proc_host_goes_down();
    if (!s.host_goes_down) {
        record_write(run, &s.end, run->shared->exit_record);
    }
    run->shared->settled = s.host_goes_down || s.end.how == FENCED;
    run->shared->over = true;
    spec_wipe(&run->spec);
    close(run->output[1]);
    channel_send(run->channel[1], CLOSE, "");
}

static void finish_attempt(void) {
    struct run *run = s.run;
    s.end.status = s.tree.leader_status;
    if (record_ooms(run) != s.ooms) {
        char words[256];
        record_tell_of_memory(run, words, sizeof words);
        say_in_output(words);
        s.end.status = s.end.status == 0 ? 137 : s.end.status;
    }
    tree_release(&s.tree);
    run->shared->command = 0;
    s.limit_at = NEVER;
    s.end.how = run->shared->start_problem == TOO_LATE ? FENCED
        : s.verdict != SUCCEEDED                       ? s.verdict
        : s.end.status == 0                            ? SUCCEEDED
                                                       : FAILED;
    bool again = s.end.how == FAILED || s.end.how == TIMED_OUT;
    if (again && (size_t)s.attempt <= run->spec.delay_count) {
        s.state = PAUSED;
        s.due = later(boot_now(), run->spec.delays[s.attempt - 1]);
    } else {
        close_run();
    }
}

/* An attempt lasts until its process group is empty. A daemon, which has left it, does not count. */
static void look_at_attempt(void) {
    bool left = tree_reap(&s.tree);
    if (!s.tree.leader_dead) {
        s.due = NEVER;
    } else if (left && tree_has_group(&s.tree)) {
        s.due = boot_now() + min_look();
    } else {
        finish_attempt();
    }
}

static void terminate(enum how verdict) {
    s.verdict = verdict;
    s.limit_at = NEVER;
    s.state = ENDING;
    tree_terminate(&s.tree);
    s.due = later(boot_now(), s.run->spec.kill_after);
}

static void time_is_up(void) {
    terminate(TIMED_OUT);
}

static void end_on_request(void) {
    terminate(KILLED);
}

/* One that is ended lasts until nothing of it is left at all. */
static void look_at_rest(void) {
    if (!tree_reap(&s.tree)) {
        finish_attempt();
    } else if (s.state == KILLING) {
        tree_strike(&s.tree);
    }
}

static void strike(void) {
    tree_strike(&s.tree);
    int64_t now = boot_now();
    if (s.state != KILLING) {
        s.state = KILLING;
        s.killed_at = now;
        s.look = FIRST_LOOK;
    }
    s.due = now + min_look();
    if (now - s.killed_at >= UNKILLABLE_AFTER && !s.unkillable_told) {
        char words[128];
        struct text line = TEXT_IN(words);
        put(&line, "process ");
        put_number(&line, tree_any(&s.tree));
        put(&line, " of this run does not die by SIGKILL; the run is not over, and its lock stays held");
        complain(words);
        s.unkillable_told = true;
    }
    look_at_rest();
}

/* A command that had ended before is not called fenced: the server decides whether its word counts. */
static void fence(void) {
    if (s.state == RUNNING && s.tree.leader_dead && !tree_reap(&s.tree)) {
        s.run->spec.delay_count = 0; /* but nothing new begins under a lock in doubt */
        finish_attempt();
        return;
    }
    s.verdict = FENCED;
    strike();
    complain(s.doubt);
}

static void end_while_paused(void) {
    s.end.how = KILLED;
    close_run();
}

static void fence_while_paused(void) {
    s.end.how = FENCED;
    close_run();
    complain(s.doubt);
}

/* --------------------------------------------------------------------------------------------------------- the end */

static void finish(void) {
    s.run->shared->settled = true;
    s.state = DONE;
}

static void record_end(void) {
    s.state = RECORDING;
    s.due = boot_now() + RETRY;
    if (s.writing != NOTHING) {
        return;
    }
    pid_t writer = lockfile_write(s.run, s.run->shared->exit_record, s.run->spec.exit_offset);
    if (writer != -1) {
        s.writing = EXIT;
        s.tree.kept[0] = s.run->shared->writer = writer;
        s.due = NEVER;
    }
}

static void exit_record_ended(enum write_result result) {
    if (s.state == DONE) {
        return;
    }
    if (result == LOST) {
        complain("the lock is lost: the end of this run is not in the lock file, the next claimer decides");
    }
    if (result == WRITTEN || result == LOST) {
        finish();
        return;
    }
    complain("the storage refuses the end of this run; it is tried again, and the lock stays held");
    s.due = boot_now() + RETRY;
}

static bool send_end(void) {
    return !s.agent_gone
        && send(AGENT_FD, s.run->shared->exit_record, BLOCK, MSG_DONTWAIT | MSG_NOSIGNAL) == BLOCK;
}

/* Once nothing writes any more, and all there is to keep is kept. */
static void tell_agent(void) {
    s.kept = true;
    if (s.writing != NOTHING) {
        s.due = NEVER; /* the writer's death brings this back */
        return;
    }
    if (s.host_goes_down) {
        finish();
    } else if (s.end.how == FENCED) {
        send_end();
        finish();
    } else if (send_end()) {
        s.state = TELLING;
        s.due = boot_now() + PATIENCE;
    } else {
        record_end();
    }
}

static void tell_when_quiet(void) {
    if (s.kept && s.writing == NOTHING) {
        tell_agent();
    }
}

/* ------------------------------------------------------------------------------------------------------- the table */

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
    },
    [PAUSED] = {
        [DEATH] = NULL,
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
        [DUE] = record_end,
        [RECORDED] = finish,
        [UNRECORDED] = record_end,
        [GONE] = record_end,
    },
    [RECORDING] = {
        [DUE] = record_end,
        [RECORDED] = finish,
    },
};

static void happen(enum event event) {
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

static void replace_guard(int64_t now) {
    int channel[2];
    s.replace_guard_at = NEVER;
    if (s.guard_pidfd != -1) {
        close(s.guard_pidfd);
        s.guard_pidfd = -1;
    }
    if (s.tree.kept[1] != 0) {
        waitpid(s.tree.kept[1], NULL, WNOHANG);
    }
    pid_t guard = -1;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channel) == 0) {
        close(s.run->channel[1]);
        s.run->channel[0] = channel[0];
        s.run->channel[1] = channel[1];
        guard = fork();
        if (guard == 0) {
            _exit(guard_replace(s.run));
        }
        close(channel[0]);
    }
    if (guard == -1) {
        s.replace_guard_at = now + 1000;
        return;
    }
    char words[128];
    struct text line = TEXT_IN(words);
    put(&line, "the guard of this run, process ");
    put_number(&line, s.guard);
    put(&line, ", has disappeared; another one takes its place");
    complain(words);
    s.guard = s.tree.kept[1] = guard;
    s.guard_pidfd = (int)syscall(SYS_pidfd_open, guard, 0);
    if (s.state == CLOSING && !s.kept) {
        channel_send(s.run->channel[1], CLOSE, "");
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
    if (lock_matters() && s.state != KILLING) {
        next = sooner(next, sooner(proof_ends(s.run), s.suspect_until));
        next = s.writing == NOTHING ? sooner(next, s.next_beat) : next;
    }
    return next;
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

enum { SIGNALS, TIMER, STEPS, GUARD, AGENT, CHANNEL, WATCHED };

static void wait_and_act(void) {
    struct pollfd watched[WATCHED] = {
        [SIGNALS] = {.fd = s.signals, .events = POLLIN},
        [TIMER] = {.fd = s.timer, .events = POLLIN},
        [STEPS] = {.fd = s.steps, .events = POLLIN},
        [GUARD] = {.fd = s.guard_pidfd, .events = POLLIN},
        [AGENT] = {.fd = s.agent_gone ? -1 : AGENT_FD, .events = POLLIN},
        [CHANNEL] = {.fd = s.guard_pidfd == -1 ? -1 : s.run->channel[1], .events = POLLIN},
    };
    timer_set(s.timer, next_time());
    if (poll(watched, WATCHED, -1) <= 0) {
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
    if (watched[GUARD].revents != 0) {
        replace_guard(boot_now());
    }
    if (watched[AGENT].revents != 0) {
        on_agent();
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

int supervise(struct run *run) {
    int64_t now = boot_now();
    s = (struct supervisor){
        .run = run,
        .tree = {.cgroup_kill = run->cgroup_kill},
        .guard = getppid(),
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
    return 0;
}
