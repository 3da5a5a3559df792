/*
 * The supervisor of one fleetcron run.
 *
 *   fleetcron-supervisor run DIR      descriptors: 3 the locked file, 4 a socket to the agent, 5 the specification,
 *                                     7 a slot of the job's group, if it is in one
 *   fleetcron-supervisor sweep DIR    ends what is left of a run whose supervisor and guard are both gone
 *
 * DIR is the run's directory. See run.h for who does what, supervisor.c for when.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "disk.h"
#include "proc.h"
#include "run.h"

enum { PRIORITY = -10 };

static struct run run;

static int fail(const char *problem) {
    struct disk disk = {.directory = run.directory, .pids = -1, .log = -1};
    disk_complain(&disk, problem);
    return CANNOT_START;
}

/* Goes before ordinary processes where that is permitted: a host short of anything must not keep the run from its beats. */
static void take_precedence(void) {
    char score[16];
    run.agent_oom_score = proc_read("/proc/self/oom_score_adj", score, sizeof score) > 0 ? atoi(score) : 0;
    if (geteuid() == 0) {
        int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
        (void)!write(file, "-500", 4);
        close(file);
    }
    if (getpriority(PRIO_PROCESS, 0) > PRIORITY) {
        setpriority(PRIO_PROCESS, 0, PRIORITY);
    }
}

/* Secrets stay here. An agent that is not root adopts runs by pidfd_getfd(2), which needs dumpable processes. */
static void keep_secrets(void) {
    struct rlimit none = {0, 0};
    getrlimit(RLIMIT_CORE, &run.agent_core_limit);
    none.rlim_max = run.agent_core_limit.rlim_max;
    setrlimit(RLIMIT_CORE, &none);
    if (geteuid() == 0) {
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    }
}

static void block_signals(void) {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
}

/* No directory can be open for writing. fstat(2) would ask an NFS server once for each run. */
static bool can_write(int descriptor) {
    int flags = fcntl(descriptor, F_GETFL);
    return flags != -1 && (flags & O_ACCMODE) != O_RDONLY && (flags & O_APPEND) == 0;
}

/* A group of version 2, by descriptors that name it whatever happens to its path. */
static void open_cgroup(void) {
    struct statfs system;
    run.cgroup = run.cgroup_kill = -1;
    if (run.spec.cgroup == NULL) {
        return;
    }
    int group = open(run.spec.cgroup, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (group != -1 && fstatfs(group, &system) == 0 && system.f_type == CGROUP2_SUPER_MAGIC) {
        run.cgroup = group;
        run.cgroup_kill = openat(group, "cgroup.kill", O_WRONLY | O_CLOEXEC);
    }
}

static const char *share_memory(void) {
    run.shared = mmap(NULL, sizeof *run.shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (run.shared == MAP_FAILED) {
        return "this host is out of memory";
    }
    run.shared->proof_boot = run.spec.claimed_boot;
    run.shared->proof_wall = run.spec.claimed_wall;
    return NULL;
}

static int start(void) {
    const char *problem = can_write(LOCK_FD) ? NULL : "descriptor 3 is not a file open for writing";
    if (problem == NULL) {
        problem = spec_read(&run.spec, SPEC_FD);
    }
    close(SPEC_FD);
    if (problem == NULL && run.spec.slot && !can_write(SLOT_FD)) {
        problem = "descriptor 7 is not a file open for writing";
    }
    if (problem == NULL && !proc_is_own()) {
        problem = "the run cannot start: /proc is missing, or that of another process namespace; mount it";
    }
    if (problem == NULL) {
        problem = share_memory();
    }
    if (problem != NULL) {
        return fail(problem);
    }
    fcntl(LOCK_FD, F_SETFD, FD_CLOEXEC);
    fcntl(AGENT_FD, F_SETFD, FD_CLOEXEC);
    fcntl(SLOT_FD, F_SETFD, FD_CLOEXEC);
    open_cgroup();
    take_precedence();
    keep_secrets();
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    return guard_run(&run);
}

int main(int argc, char **argv) {
    block_signals();
    mallopt(M_TOP_PAD, 0); /* all of the heap is locked later */
    prctl(PR_SET_NAME, "fleetcron-run", 0, 0, 0);
    if (argc != 3) {
        return CANNOT_START;
    }
    run.path = argv[2];
    close(PROGRAM_FD);
    if (strcmp(argv[1], "sweep") == 0) {
        return proc_is_own() ? sweep(run.path) : 1;
    }
    run.directory = open(run.path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (strcmp(argv[1], "run") != 0 || run.directory == -1) {
        return CANNOT_START;
    }
    return start();
}
