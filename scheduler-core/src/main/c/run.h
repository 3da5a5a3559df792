/*
 * One run: what its two processes share.
 *
 * G, the guard, is the process that the agent starts. It forks S, the supervisor, which starts the command. Each is a
 * child subreaper, so that nothing the command starts can leave the run unseen: S inherits the command's orphans, and G
 * those of S. Each holds descriptor 3, the open file description that owns the job's lock, and 7, which owns the slot of
 * the job's group, if it is in one. The run is as much in doubt without the slot as without the lock.
 *
 * S decides. G does what may block on the local disk (output, exit file, complaints), so that S never does, and ends the
 * run when S disappears or stops. What G needs to know for that is in shared memory. While the disk keeps G, S drops
 * what the command writes, so that it never waits: the pipe is all that is buffered.
 */
#ifndef FLEETCRON_RUN_H
#define FLEETCRON_RUN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "clock.h"
#include "spec.h"

enum {
    LOCK_FD = 3,  /* owns the lock */
    AGENT_FD = 4, /* SOCK_SEQPACKET to the agent */
    SPEC_FD = 5,  /* the specification; closed once read */
    PROGRAM_FD = 6, /* this program; closed at once */
    SLOT_FD = 7,  /* owns a slot of the job's group, if the specification says so */
};

enum { DISK_PATIENCE = 1000 }; /* ms for a call on the local disk before output is dropped instead */

/* Exit statuses besides 0. */
enum {
    CANNOT_GUARD = 124, /* of G: it cannot watch S, which replaces it */
    CANNOT_START = 125, /* nothing of the run has begun, and nothing will */
};

enum { MEMORY_LOCK_DELAY = 1000 }; /* ms: a short run is over before its pages could be taken away */

enum { BLOCK = 512 }; /* of the lock file: a heartbeat, an exit record */

/* How an attempt or a run ended. */
enum how { SUCCEEDED, FAILED, TIMED_OUT, KILLED, FENCED };

/* Why a child process could not become the command; see command.c. */
enum start_problem { STARTED, PROBLEM, TOO_LATE };

/* In memory that S, G and their children share. One writer for each member. */
struct shared {
    /* by S: the last proof that the server keeps the lock, taken before the successful write */
    _Atomic int64_t proof_boot;
    _Atomic int64_t proof_wall;
    _Atomic pid_t supervisor;
    _Atomic pid_t command;      /* leader of the attempt's process group, unreaped; 0: none */
    _Atomic pid_t writer;       /* writes to the lock file; 0: none. Also by that process */
    _Atomic int64_t struck;     /* when, by the boot clock, it last killed all of a fenced run; 0: never */
    _Atomic bool over;          /* nothing of the run is left to protect */
    _Atomic bool settled;       /* nothing needs to be written into the lock file any more */
    /* by G: since when, by the boot clock, it is in a call on the local disk; 0: it is not */
    _Atomic int64_t disk_since;
    _Atomic int64_t dropped; /* by S: bytes of output that the command need not wait with meanwhile */
    /* by the command's child before it becomes the command */
    _Atomic int start_problem;
    /* by the process that writes to the lock file */
    _Atomic int write_error;
    char exit_record[BLOCK]; /* by S, complete when `over` is set */
};

struct run {
    struct spec spec;
    const char *path;   /* the run's directory, as the command line names it */
    int directory;      /* O_PATH descriptor of it */
    int cgroup;         /* the run's cgroup, -1: none */
    int cgroup_kill;    /* its cgroup.kill, -1: none */
    int output[2];      /* pipe: the command's output */
    int disk_timer;     /* of S and G together: G has been in the local disk for DISK_PATIENCE */
    int channel[2];     /* SOCK_SEQPACKET: [0] is G's, [1] is S's */
    int agent_oom_score; /* what the agent had, for the command */
    struct rlimit agent_core_limit;
    struct shared *shared;
};

/* G: from its start to its end. Returns the process' exit status. */
int guard_run(struct run *run);

/* Another guard in place of one that disappeared, in a child of S. */
int guard_replace(struct run *run);

/* S: from its start to its end. Returns the process' exit status. */
int supervise(struct run *run, pid_t guard);

/* The child that becomes the command. Does not return. */
_Noreturn void command_become(struct run *run, int attempt);

/* Ends what two guards that disappeared left of a run. Returns the process' exit status. */
int sweep(const char *path);

/*
 * The same for a guard, which knows the run's marker and ends its cgroup itself. Numbers of processes that were started
 * before `began`, in ms of the boot clock, are of the run that had the directory before. False if something is left, or may be.
 */
bool sweep_rest(const char *path, const char *marker, int64_t began);

/* The age of the last proof of the lock in ms, by the boot clock. */
int64_t proof_age(const struct run *run, int64_t now);

/* When S must end the run for want of proof: before the server could give the lock away. NEVER without a lease. */
int64_t proof_ends(const struct run *run);

#endif
