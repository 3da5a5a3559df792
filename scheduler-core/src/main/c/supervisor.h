/*
 * S, the supervisor: what its parts share. One process, one thread, one run: its state is one structure.
 *
 *   supervisor.c   the table of states and events, and the loop
 *   lease.c        heartbeats, and when the lock is in doubt
 *   attempt.c      from the start of a command to the death of the last process of its attempt
 *   ending.c       from there to the record of the run's end
 *   replace.c      another guard in place of one that has disappeared
 *
 * S never touches a file system but /proc and cgroups. Kill first, tell later: between the decision to end the run and
 * SIGKILL nothing blocks, forks or executes.
 */
#ifndef FLEETCRON_SUPERVISOR_H
#define FLEETCRON_SUPERVISOR_H

#include "lockfile.h"
#include "record.h"
#include "run.h"
#include "tree.h"

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
    struct events events; /* at the attempt's start */
    struct record end;

    enum writing writing;
    struct instant write_began;
    int64_t next_beat;
    unsigned beats;
    int64_t suspect_until; /* the wall clock was stepped beyond the lease: prove the lock by then */
    const char *doubt;

    bool host_goes_down;
    bool agent_gone;
    bool dropping; /* output, in place of the guard */
    bool kept;
    pid_t guard;
    int guard_pidfd;
    int64_t guard_began; /* 0 of the first one, which is replaced at once */
    int64_t replace_guard_at;
    int64_t lock_memory_at;
    int signals;
    int timer;
    int steps;
};

extern struct supervisor s;

/* Something has happened: the table says what the present state does. */
void happen(enum event event);

/* Words for the run's log. Never blocks. */
void complain(const char *words);

/* lease.c */
bool lock_matters(void);      /* whether the lock still needs to be proven: a fenced run must not seem to be well */
void keep_lock(int64_t now);  /* a heartbeat when it is due, DOUBT when it is too late for one */
void beat_ended(enum write_result result);
void drop_beat(void);         /* nothing is left to protect, or nothing can be proven any more */
void on_clock_step(void);
int64_t next_lock_time(void); /* when keep_lock is wanted */

/* replace.c */
void on_guard_end(void);
void replace_guard(int64_t now);

/* attempt.c: what states do */
void begin_attempt(void);
void look_at_attempt(void);
void look_at_rest(void);
void reap_orphans(void); /* of daemons, which may leave them at any time */
void time_is_up(void);
void end_on_request(void);
void strike(void);
void fence(void);
void end_for_doubt(void);
void end_while_paused(void);
void fence_while_paused(void);

/* ending.c: what states do */
void close_run(void); /* s.end.how and s.end.status are known */
void tell_agent(void);
void tell_when_quiet(void);
void record_end(void);
void finish(void);
void exit_record_ended(enum write_result result);

#endif
