/*
 * What a run leaves in its directory on the local disk. Any of it may block while that disk is frozen, so only the guard
 * does it. Files come into being when there is something to keep; a directory that served another run before may have
 * them already, output and log empty.
 *
 *   pids    a line each for guard, supervisor and command: "ROLE PID START", padded
 *   output  what the command wrote, up to the cap
 *   exit    the exit record
 *   log     complaints, for the agent to pass on
 */
#ifndef FLEETCRON_DISK_H
#define FLEETCRON_DISK_H

#include "run.h"

struct disk {
    int directory;
    int timer; /* see run.h */
    struct shared *shared; /* NULL: nobody waits */
    int pids;
    int output;
    int log;
    int64_t written; /* bytes of output kept */
    int64_t cap;
    enum { KEEPING, DROPPING } mode;
};

void disk_open(struct disk *disk, const struct run *run);

enum role { GUARD, SUPERVISOR, COMMAND, ROLES };

/* Forgets what an earlier run noted: directories are used again. */
void disk_forget_processes(struct disk *disk);

/* Notes a process' number and start. */
void disk_note_process(struct disk *disk, enum role role, pid_t pid);

/* Reads from the pipe what is there, a bounded amount; keeps it or drops it. Returns false at the end of the pipe. */
bool disk_take_output(struct disk *disk, int pipe, bool *more);

/* For S: reads a bounded amount from the pipe and keeps nothing of it. Returns what read(2) does. */
ssize_t disk_skip_output(int pipe);

/* Reports in the output what S has dropped since the last report. */
void disk_tell_lost(struct disk *disk);

/* Writes the exit record. */
void disk_write_exit(struct disk *disk, const char record[BLOCK]);

/* Appends a line to the log. */
void disk_complain(struct disk *disk, const char *words);

#endif
