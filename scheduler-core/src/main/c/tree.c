#include "tree.h"

#include <signal.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proc.h"

enum {
    MOST_CHILDREN = 1024, /* looked at in one turn; the others follow in the next */
    MOST_DESCENDANTS = 16384,
};

static bool is_kept(const struct tree *tree, pid_t pid) {
    for (int i = 0; i < TREE_MOST_KEPT; i++) {
        if (tree->kept[i] == pid) {
            return true;
        }
    }
    return false;
}

static size_t children_of_this(pid_t *children) {
    return proc_children(getpid(), children, MOST_CHILDREN);
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

bool tree_reap(struct tree *tree) {
    pid_t children[MOST_CHILDREN];
    bool left = false;
    look_at_leader(tree);
    size_t count = children_of_this(children);
    for (size_t i = 0; i < count; i++) {
        if (is_kept(tree, children[i])) {
            continue;
        }
        if (children[i] == tree->leader) {
            left = left || !tree->leader_dead;
        } else if (waitpid(children[i], NULL, WNOHANG) != children[i]) {
            left = true;
        }
    }
    return left || count == MOST_CHILDREN;
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

struct descendant {
    pid_t pid;
    pid_t parent;
};

/* One for this process, which has one thread. */
static struct descendant found[MOST_DESCENDANTS];

/* Fills `found`. Breadth first, so that parents come before their children. Returns how many there are. */
static size_t find_descendants(const struct tree *tree) {
    pid_t children[MOST_CHILDREN];
    size_t count = 0;
    pid_t parent = getpid();
    for (size_t next = 0;; next++) {
        size_t born = proc_children(parent, children, MOST_CHILDREN);
        for (size_t i = 0; i < born && count < MOST_DESCENDANTS; i++) {
            if (!is_kept(tree, children[i])) {
                found[count++] = (struct descendant){.pid = children[i], .parent = parent};
            }
        }
        if (next >= count) {
            return count;
        }
        parent = found[next].pid;
    }
}

bool tree_has_group(const struct tree *tree) {
    if (tree->leader == 0) {
        return false;
    }
    size_t count = find_descendants(tree);
    for (size_t i = 0; i < count; i++) {
        struct proc_stat stat;
        if (proc_read_stat(found[i].pid, &stat) && stat.group == tree->leader && stat.state != 'Z'
            && stat.state != 'X') {
            return true;
        }
    }
    return false;
}

void tree_terminate(const struct tree *tree) {
    size_t count = find_descendants(tree);
    for (size_t i = 0; i < count; i++) {
        signal_descendant(found[i].pid, found[i].parent);
    }
}

void tree_strike(struct tree *tree) {
    pid_t children[MOST_CHILDREN];
    if (tree->cgroup_kill != -1) {
        (void)!write(tree->cgroup_kill, "1", 1);
    }
    if (tree->leader != 0) {
        kill(-tree->leader, SIGKILL); /* also those that are being forked */
        kill(tree->leader, SIGKILL);  /* before it has its group */
    }
    size_t count = children_of_this(children);
    for (size_t i = 0; i < count; i++) {
        if (!is_kept(tree, children[i])) {
            kill(children[i], SIGKILL);
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

pid_t tree_any(const struct tree *tree) {
    pid_t children[MOST_CHILDREN];
    size_t count = children_of_this(children);
    for (size_t i = 0; i < count; i++) {
        if (!is_kept(tree, children[i]) && (children[i] != tree->leader || !tree->leader_dead)) {
            return children[i];
        }
    }
    return 0;
}
