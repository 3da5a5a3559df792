#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "channel.h"
#include "guard.h"
#include "lockfile.h"
#include "proc.h"
#include "text.h"
#include "tree.h"
#include "wait.h"

enum { RETRY = 3000 }; /* ms between tries to write the exit record */

/* Waits for a child's death, for a while. */
static void await_death(int milliseconds) {
    struct pollfd death = {.fd = guard.signals, .events = POLLIN};
    struct signalfd_siginfo ignored;
    if (poll(&death, 1, milliseconds) > 0) {
        (void)!read(guard.signals, &ignored, sizeof ignored);
    }
}

/* For the agent alone: the local disk, where the log is, may be frozen. */
static void tell_agent(const char *words) {
    channel_send(AGENT_FD, UNKILLABLE, words);
}

/* S is gone before its time: its orphans are children of this process now. */
static void end_tree(void) {
    struct tree tree = {.leader = guard.run->shared->command, .cgroup_kill = guard.run->cgroup_kill};
    int64_t complain_at = boot_now() + UNKILLABLE_AFTER;
    int delay = 20;
    siginfo_t unused;
    /* The command may be dead and reaped, and its number somebody else's. */
    if (tree.leader != 0 && waitid(P_PID, (id_t)tree.leader, &unused, WEXITED | WNOHANG | WNOWAIT) == -1) {
        tree.leader = 0;
    }
    tree_strike(&tree);
    while (tree_reap(&tree)) {
        await_death(delay);
        delay = delay < 500 ? delay * 2 : delay;
        tree_strike(&tree);
        if (boot_now() >= complain_at) {
            char words[256];
            tree_complain(&tree, guard.fenced, words, sizeof words);
            tell_agent(words);
            complain_at = NEVER;
        }
    }
    tree_release(&tree);
}

/* A guard that is not the parent of S does not inherit its orphans, and has to search for them. */
static void end_orphans(void) {
    bool reported = false;
    while (!sweep_rest(guard.run->path, guard.marker, guard.run->spec.started_boot)) {
        if (!reported) {
            tell_agent("its supervisor has disappeared, and it cannot be made sure that all of its processes are dead; the"
                       " run is not over, and its lock stays held");
            reported = true;
        }
        await_death(500);
    }
}

static void end_run(void) {
    end_tree();
    if (!guard.parent) {
        end_orphans();
    }
    if (guard.fenced) {
        disk_complain(&guard.disk, "fenced: no proof of the lock in time, and the supervisor did not act");
    }
    char words[128];
    struct text line = TEXT_IN(words);
    put(&line, "the supervisor of this run, process ");
    put_number(&line, guard.supervisor);
    put(&line, ", has disappeared; the run was ended");
    disk_complain(&guard.disk, words);
}

/* Whether the process that writes for S, or wrote, is still under way. The number may be a stranger's by now. */
static bool is_writing(pid_t writer) {
    char path[64];
    char name[32];
    struct proc_stat stat;
    struct text file = TEXT_IN(path);
    put(&file, "/proc/");
    put_number(&file, writer);
    put(&file, "/comm");
    return proc_read_stat(writer, &stat) && !proc_is_dead(&stat) && proc_read(path, name, sizeof name) > 0
        && strcmp(name, WRITER "\n") == 0;
}

/* The kernel ends it with S, as soon as it can. What it writes must not land once the lock is free. */
static void await_writer(void) {
    pid_t writer = guard.run->shared->writer;
    while (writer != 0 && waitpid(writer, NULL, WNOHANG) != writer && is_writing(writer)) {
        await_death(20);
    }
}

/* Whether the agent has said so in letters that S did not read any more: then nothing of this run writes. */
static bool is_recorded(void) {
    char letter = 0;
    while (letter != 'r' && recv(AGENT_FD, &letter, 1, MSG_DONTWAIT) == 1) {
    }
    return letter == 'r';
}

/* Of daemons that the command has left. */
static void reap_orphans(void) {
    struct tree orphans = {.cgroup_kill = -1};
    tree_reap(&orphans);
}

/* S is gone, and the run's end is not in the lock file: written here, for as long as the lock is not lost. */
static void settle(void) {
    struct run *run = guard.run;
    if (run->shared->exit_record[0] == '\0') {
        return;
    }
    disk_write_exit(&guard.disk, run->shared->exit_record);
    while (!is_recorded()) {
        int status = REFUSED;
        pid_t writer = lockfile_write(run, run->shared->exit_record, run->spec.exit_offset);
        if (writer != -1 && waitpid(writer, &status, 0) == writer && WIFEXITED(status)
            && (WEXITSTATUS(status) == WRITTEN || WEXITSTATUS(status) == LOST)) {
            return;
        }
        int64_t again = boot_now() + RETRY;
        for (int64_t now = boot_now(); now < again; now = boot_now()) {
            await_death((int)(again - now));
            reap_orphans();
        }
    }
}

void take_over(void) {
    bool over = guard.run->shared->over;
    if (!over) {
        end_run();
    }
    await_writer();
    if (over && !guard.run->shared->settled) {
        settle();
    }
}
