#include "proc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "text.h"

ssize_t proc_read(const char *path, char *buffer, size_t size) {
    int file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC); /* whatever somebody has put there */
    if (file == -1) {
        return -1;
    }
    size_t length = 0;
    ssize_t got;
    errno = 0;
    while (length < size - 1 && (got = read(file, buffer + length, size - 1 - length)) > 0) {
        length += (size_t)got;
    }
    buffer[length] = '\0';
    close(file);
    return (ssize_t)length;
}

static void put_path(struct text *path, pid_t pid, const char *name) {
    put(path, "/proc/");
    put_number(path, pid);
    put(path, name);
}

/* Splits off the next word and returns it as a number. */
static int64_t next_number(char **at) {
    return strtoll(*at, at, 10);
}

bool proc_read_stat(pid_t pid, struct proc_stat *stat) {
    char name[64];
    char line[1024];
    struct text path = TEXT_IN(name);
    put_path(&path, pid, "/stat");
    if (proc_read(name, line, sizeof line) <= 0) {
        return false;
    }
    char *at = strrchr(line, ')'); /* the name before it may hold anything */
    if (at == NULL || at[1] != ' ' || at[2] == '\0') {
        return false;
    }
    stat->state = at[2];
    at += 3;
    stat->parent = (pid_t)next_number(&at);
    stat->group = (pid_t)next_number(&at);
    stat->session = (pid_t)next_number(&at);
    for (int field = 7; field < 20; field++) { /* tty_nr to nice */
        next_number(&at);
    }
    stat->threads = next_number(&at);
    next_number(&at); /* itrealvalue */
    stat->start = next_number(&at);
    return true;
}

bool proc_is_scarce(int error) {
    return error == EMFILE || error == ENFILE || error == ENOMEM;
}

bool proc_is_dead(const struct proc_stat *stat) {
    return (stat->state == 'Z' || stat->state == 'X') && stat->threads <= 1;
}

/* Reads numbers that are separated by blanks from a descriptor. False if that fails. */
static bool read_numbers(int file, pid_t *numbers, size_t most, size_t *count) {
    char buffer[4096];
    pid_t number = 0;
    ssize_t got = 0;
    errno = 0;
    while (*count < most && (got = read(file, buffer, sizeof buffer)) > 0) {
        for (ssize_t i = 0; i < got && *count < most; i++) {
            if (buffer[i] >= '0' && buffer[i] <= '9') {
                number = number * 10 + (buffer[i] - '0');
            } else if (number != 0) {
                numbers[(*count)++] = number;
                number = 0;
            }
        }
    }
    return got >= 0 && *count < most;
}

/* Kernels without CONFIG_PROC_CHILDREN. */
static bool lacks_children(void) {
    return access("/proc/thread-self/children", F_OK) == -1 && errno == ENOENT;
}

/* A process or thread that is gone has no children. */
static bool is_gone(int error) {
    return (error == ENOENT || error == ESRCH) && access("/proc/thread-self/children", F_OK) == 0;
}

static bool add_children_of_thread(pid_t pid, pid_t thread, pid_t *children, size_t most, size_t *count) {
    char name[64];
    struct text path = TEXT_IN(name);
    put_path(&path, pid, "/task/");
    put_number(&path, thread);
    put(&path, "/children");
    int file = open(name, O_RDONLY | O_CLOEXEC);
    if (file == -1) {
        return is_gone(errno);
    }
    bool all = read_numbers(file, children, most, count) || is_gone(errno);
    close(file);
    return all;
}

/* Reads one entry, and no more, of a folder: 0 at its end, -1 with errno. Unlike readdir(3) it allocates nothing. */
static ssize_t read_entry(int folder, struct dirent64 *entry) {
    enum { ONE_NUMBER = 40 }; /* bytes: fewer than two entries have */
    ssize_t got = syscall(SYS_getdents64, folder, entry, ONE_NUMBER);
    if (got == -1 && errno == EINVAL) { /* the name is longer */
        got = syscall(SYS_getdents64, folder, entry, sizeof *entry);
        if (got > entry->d_reclen && lseek(folder, entry->d_off, SEEK_SET) == -1) {
            return -1;
        }
    }
    return got;
}

/* The numbers that name the entries of a folder, each listed when the one before has been visited. False as proc_each. */
static bool each_number(const char *path, bool (*visit)(pid_t number, void *context), void *context) {
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder == -1) {
        return false;
    }
    struct dirent64 entry;
    ssize_t got = 0;
    bool wanted = true;
    while (wanted && (got = read_entry(folder, &entry)) > 0) {
        char *end;
        long number = strtol(entry.d_name, &end, 10);
        wanted = number <= 0 || *end != '\0' || visit((pid_t)number, context);
    }
    close(folder);
    return got >= 0;
}

bool proc_each(bool (*visit)(pid_t pid, void *context), void *context) {
    return each_number("/proc", visit, context);
}

struct search {
    pid_t parent;
    pid_t *children;
    size_t *count;
    size_t most;
    bool complete;
};

static bool add_of_thread(pid_t thread, void *context) {
    struct search *search = context;
    search->complete =
        add_children_of_thread(search->parent, thread, search->children, search->most, search->count) && search->complete;
    return true;
}

static bool add_child(pid_t pid, void *context) {
    struct search *search = context;
    struct proc_stat stat;
    if (*search->count == search->most) {
        search->complete = false;
        return false;
    }
    if (!proc_read_stat(pid, &stat)) {
        search->complete = search->complete && !proc_is_scarce(errno);
    } else if (stat.parent == search->parent) {
        search->children[(*search->count)++] = pid;
    }
    return true;
}

static bool search_children(pid_t parent, pid_t *children, size_t most, size_t *count) {
    struct search search = {.parent = parent, .children = children, .count = count, .most = most, .complete = true};
    *count = 0;
    return proc_each(add_child, &search) && search.complete;
}

bool proc_children_of_this(pid_t *children, size_t most, size_t *count) {
    pid_t pid = getpid();
    *count = 0;
    return add_children_of_thread(pid, pid, children, most, count)
        || (lacks_children() && search_children(pid, children, most, count));
}

void proc_children(pid_t parent, pid_t *children, size_t most, size_t *count) {
    struct search search = {.parent = parent, .children = children, .count = count, .most = most, .complete = true};
    char name[64];
    struct text path = TEXT_IN(name);
    *count = 0;
    put_path(&path, parent, "/task");
    if (each_number(name, add_of_thread, &search) && !search.complete && lacks_children()) {
        search_children(parent, children, most, count);
    }
}

int64_t proc_newest(void) {
    char number[32];
    return proc_read("/proc/sys/kernel/ns_last_pid", number, sizeof number) > 0 ? strtoll(number, NULL, 10) : 0;
}

bool proc_is_own(void) {
    char number[32];
    ssize_t length = readlink("/proc/self", number, sizeof number - 1);
    number[length > 0 ? length : 0] = '\0';
    return strtol(number, NULL, 10) == getpid();
}

bool proc_host_goes_down(void) {
    char name[32];
    return proc_read("/proc/1/comm", name, sizeof name) > 0 && strcmp(name, "systemd-shutdow\n") == 0;
}
