/* What /proc says of processes: only files that never wait for another process' memory. */
#ifndef FLEETCRON_PROC_H
#define FLEETCRON_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Of /proc/PID/stat, proc_pid_stat(5). */
struct proc_stat {
    char state;
    pid_t parent;
    pid_t group;
    pid_t session;
    int64_t threads;
    int64_t start; /* clock ticks from boot */
};

/* False if no such process exists, or if that cannot be found out: see proc_is_scarce. */
bool proc_read_stat(pid_t pid, struct proc_stat *stat);

/* Whether a file of /proc was not read because this host had no descriptor or memory for it: that says nothing. */
bool proc_is_scarce(int error);

/* A process lives on in its other threads when its first one has ended, though its state is that of a zombie then. */
bool proc_is_dead(const struct proc_stat *stat);

/*
 * The children of this process, which has one thread, dead ones included. False if they are more than `most` or could not
 * all be read: then only some are there.
 */
bool proc_children_of_this(pid_t *children, size_t most, size_t *count);

/* Those of all threads of a process, as far as they can be read while it lives on: some may be missing. */
void proc_children(pid_t parent, pid_t *children, size_t most, size_t *count);

/*
 * Calls visit for each process of the host, by ascending numbers, until it returns false. The next one is the next there is
 * when visit returns. False if /proc cannot be read.
 */
bool proc_each(bool (*visit)(pid_t pid, void *context), void *context);

/* The number that was given to a process or thread last, 0 if the kernel does not tell. */
int64_t proc_newest(void);

/* Reads a small file, such as those of /proc, whole into a string. Returns its length, -1 if it cannot be read. */
ssize_t proc_read(const char *path, char *buffer, size_t size);

/* Whether /proc is there and shows this process' own namespace: else its numbers name others. */
bool proc_is_own(void);

/* Whether systemd's last act is going on: it ends every process of the host. */
bool proc_host_goes_down(void);

#endif
