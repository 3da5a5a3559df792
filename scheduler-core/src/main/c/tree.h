/*
 * The processes of a run, as one of their subreapers sees them. Only processes that cannot be somebody else are
 * signalled: this process' own unreaped children, the process group of one of them, pidfds, a cgroup.
 */
#ifndef FLEETCRON_TREE_H
#define FLEETCRON_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { TREE_MOST_KEPT = 2 };

struct tree {
    pid_t leader; /* the command, a child of this process that only tree_release reaps; 0: none */
    bool leader_dead;
    int leader_status; /* once dead: its exit status, 128 + n if signal n ended it */
    pid_t kept[TREE_MOST_KEPT]; /* children that are not part of the run */
    int cgroup_kill; /* -1: no cgroup */
};

/* Reaps what is dead but the leader and those kept. Returns whether anything but a dead leader and those kept is left. */
bool tree_reap(struct tree *tree);

/* Whether a living process of the leader's group is left. Searches the whole host if there is none. */
bool tree_has_group(const struct tree *tree);

/* SIGKILL to everything that can be reached at once. Orphans arrive afterwards: repeat until tree_reap says no. */
void tree_strike(struct tree *tree);

/* SIGTERM and SIGCONT to every process, each once. */
void tree_terminate(const struct tree *tree);

/* Reaps the dead leader. */
void tree_release(struct tree *tree);

enum { UNKILLABLE_AFTER = 10000 }; /* ms after SIGKILL before it is said that a process does not die */

/* Words that say so, and name it. */
void tree_complain(const struct tree *tree, bool fenced, char *words, size_t size);

#endif
