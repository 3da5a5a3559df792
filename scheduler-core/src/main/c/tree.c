#include "tree.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proc.h"
#include "text.h"

enum { MOST = 8192 }; /* looked at in one turn; the others follow in the next */

/* One list for this process, which has one thread; `parents` for descendants only. */
static pid_t found[MOST];
static pid_t parents[MOST];

static bool is_kept(const struct tree *tree, pid_t pid) {
    for (int i = 0; i < TREE_MOST_KEPT; i++) {
        if (tree->kept[i] == pid) {
            return true;
        }
    }
    return false;
}

/* The leader's status without reaping it: its number, and that of its group, must not name a stranger. */
static void look_at_leader(struct tree *tree) {
    siginfo_t info = {0};
    if (tree->leader == 0 || tree->leader_dead
        || waitid(P_PID, (id_t)tree->leader, &info, WEXITED | WNOHANG | WNOWAIT) == -1 || info.si_pid == 0) {
        return;
    }
    tree->leader_dead = true;
    tree->leader_status = info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}

/*
 * A process that is seen alive and found dead a moment later may have left a child in between, which came to this process
 * unseen: so whatever was reaped, it is looked again.
 */
bool tree_reap(struct tree *tree) {
    bool left;
    bool reaped;
    do {
        size_t count;
        look_at_leader(tree);
        left = !proc_children_of_this(found, MOST, &count) || (tree->leader != 0 && !tree->leader_dead);
        reaped = false;
        for (size_t i = 0; i < count; i++) {
            if (found[i] == tree->leader || is_kept(tree, found[i])) {
                continue;
            }
            if (waitpid(found[i], NULL, WNOHANG) == found[i]) {
                reaped = true;
            } else {
                left = true;
            }
        }
    } while (reaped && !left);
    return left;
}

static int open_pidfd(pid_t pid) {
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

/* Signals a process that was found as the child of another one, if it still is that. */
static void signal_descendant(pid_t pid, pid_t parent) {
    struct proc_stat stat;
    int pidfd = open_pidfd(pid);
    if (pidfd == -1) {
        return;
    }
    /* Its parent may have died meanwhile: then it is a child of this process, or of a subreaper in between. */
    if (proc_read_stat(pid, &stat) && (stat.parent == parent || stat.parent == getpid())) {
        syscall(SYS_pidfd_send_signal, pidfd, SIGTERM, NULL, 0);
        syscall(SYS_pidfd_send_signal, pidfd, SIGCONT, NULL, 0); /* a stopped process would not notice it */
    }
    close(pidfd);
}

/* Breadth first, so that parents come before their children. Some may be missing: the tree changes meanwhile. */
static size_t find_descendants(const struct tree *tree) {
    size_t count = 0;
    pid_t parent = getpid();
    for (size_t next = 0;; next++) {
        size_t born;
        pid_t *children = found + count;
        proc_children(parent, children, MOST - count, &born);
        for (size_t i = 0; i < born; i++) {
            if (!is_kept(tree, children[i])) {
                parents[count] = parent;
                found[count++] = children[i];
            }
        }
        if (next >= count) {
            return count;
        }
        parent = found[next];
    }
}

/* Also one of which that cannot be found out. */
static bool may_live_in_group(pid_t pid, pid_t group) {
    struct proc_stat stat;
    return proc_read_stat(pid, &stat) ? stat.group == group && !proc_is_dead(&stat) : proc_is_scarce(errno);
}

struct group_search {
    pid_t group;
    bool lives;
};

static bool look_for_group(pid_t pid, void *context) {
    struct group_search *search = context;
    search->lives = may_live_in_group(pid, search->group);
    return !search->lives;
}

/*
 * A process whose parent dies during the search for descendants may be missed by that, as it becomes the child of another
 * one whose children were listed already. So where none is found, all processes of the host are searched: the leader is not
 * reaped, so its number is the group's of nobody else. Numbers are given out in ascending order. A member that lives after
 * the first of these searches without having been found was born during it, so its number is a new one, as those of its
 * own children are: the second search, which ascends, comes to it or to them. Unless the numbers begin again from below.
 */
bool tree_has_group(const struct tree *tree) {
    struct group_search search = {.group = tree->leader, .lives = false};
    if (tree->leader == 0) {
        return false;
    }
    size_t count = find_descendants(tree);
    for (size_t i = 0; i < count; i++) {
        if (may_live_in_group(found[i], tree->leader)) {
            return true;
        }
    }
    int64_t newest = proc_newest();
    for (int i = 0; i < 2; i++) {
        if (!proc_each(look_for_group, &search) || search.lives) {
            return true;
        }
    }
    return proc_newest() < newest;
}

void tree_terminate(const struct tree *tree) {
    size_t count = find_descendants(tree);
    for (size_t i = 0; i < count; i++) {
        signal_descendant(found[i], parents[i]);
    }
}

void tree_strike(struct tree *tree) {
    size_t count;
    if (tree->cgroup_kill != -1) {
        (void)!write(tree->cgroup_kill, "1", 1);
    }
    if (tree->leader != 0) {
        kill(-tree->leader, SIGKILL); /* also those that are being forked */
        kill(tree->leader, SIGKILL);  /* before it has its group */
    }
    proc_children_of_this(found, MOST, &count);
    for (size_t i = 0; i < count; i++) {
        if (!is_kept(tree, found[i])) {
            kill(found[i], SIGKILL);
        }
    }
}

void tree_release(struct tree *tree) {
    if (tree->leader != 0) {
        waitpid(tree->leader, NULL, 0);
    }
    tree->leader = 0;
    tree->leader_dead = false;
}

static pid_t any(const struct tree *tree) {
    size_t count;
    proc_children_of_this(found, MOST, &count);
    for (size_t i = 0; i < count; i++) {
        if (!is_kept(tree, found[i]) && (found[i] != tree->leader || !tree->leader_dead)) {
            return found[i];
        }
    }
    return 0;
}

void tree_complain(const struct tree *tree, bool fenced, char *words, size_t size) {
    struct text line = {.data = words, .capacity = size};
    put(&line, "process ");
    put_number(&line, any(tree));
    put(&line, " of this run does not die by SIGKILL; the run is not over, and its lock ");
    put(&line, fenced ? "is in doubt" : "stays held");
}
