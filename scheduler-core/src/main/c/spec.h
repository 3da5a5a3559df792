/*
 * The specification of a run, as the agent passes it on descriptor 5: a sealed memfd that holds
 *
 *   fleetcron run 1\n
 *   NAME LENGTH\n BYTES \n      for each field (the spaces around BYTES are not there)
 *
 * Unknown names, repeated names, missing names and NUL bytes are refused: agent and supervisor come from one package.
 */
#ifndef FLEETCRON_SPEC_H
#define FLEETCRON_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    SPEC_MOST_BYTES = 16 << 20,
    SPEC_MOST_WORDS = 65536, /* of a command, of an environment */
    SPEC_MOST_GROUPS = 65536,
    SPEC_MOST_DELAYS = 1024,
    SPEC_STATUSES = 256, /* exit statuses are smaller: wait(2) */
};

struct spec {
    /* identity */
    const char *job;
    const char *fire;
    const char *instance;
    const char *marker; /* the value of FLEETCRON_RUN */
    int64_t token;

    /* lock: times in ms */
    int64_t started;      /* the fleet's time, epoch */
    int64_t started_boot; /* this host's boot clock at that moment */
    int64_t claimed_boot; /* when the claim's write began: the first proof of the lock */
    int64_t claimed_wall;
    int64_t lease; /* 0: local storage, which needs no heartbeat */
    int64_t beat_offset;
    int64_t exit_offset;
    bool slot; /* the run also holds a slot of its job's group */

    /* limits */
    int64_t timeout; /* ms of one attempt, 0: none */
    int64_t kill_after;
    int64_t output_cap; /* bytes */
    int64_t delays[SPEC_MOST_DELAYS];
    size_t delay_count; /* one less than attempts */
    const char *success; /* a digit for each exit status, '1' for a command that has done its work; NULL: 0 alone */
    const char *retry;   /* the same, after which failures another attempt follows; NULL: all */
    bool timeout_is_final; /* no attempt follows a time-out */

    /* command */
    char **argv;
    char **env; /* without the FLEETCRON_ variables */
    size_t env_count;
    const char *directory;
    const char *user; /* for messages */
    bool has_account;
    int64_t uid;
    int64_t gid;
    gid_t *groups;
    size_t group_count;
    int64_t umask;
    int64_t nice;
    int64_t ioprio; /* as ioprio_set(2) takes it, 0: as inherited */
    const char *input;
    size_t input_length;
    bool has_input;
    const char *cgroup; /* NULL: none */
    bool limited;       /* without its control group the command must not start */
    bool ended;         /* the last field, so that no truncation is understood */

    char *text; /* holds all strings */
    size_t text_length;
};

/*
 * Parses `length` bytes of text on the heap, which must be one byte longer and becomes the specification's own.
 * Returns NULL, or what is wrong. Either way spec_wipe releases it.
 */
const char *spec_parse(struct spec *spec, char *text, size_t length);

/* Whether it is a memory file that nobody can change any more: memfd_create(2). */
bool spec_is_sealed(int descriptor);

/* Reads and parses what the descriptor holds. Returns NULL, or what is wrong. */
const char *spec_read(struct spec *spec, int descriptor);

/* Overwrites and releases all text, for it may be secret: the command's words, environment and input. */
void spec_wipe(struct spec *spec);

#endif
