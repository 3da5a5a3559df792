#include "proc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "text.h"

ssize_t proc_read(const char *path, char *buffer, size_t size) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file == -1) {
        return -1;
    }
    size_t length = 0;
    ssize_t got;
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
    for (int field = 7; field < 22; field++) { /* tty_nr to itrealvalue */
        next_number(&at);
    }
    stat->start = next_number(&at);
    return true;
}

/* Reads numbers that are separated by blanks from a descriptor. */
static size_t read_numbers(int file, pid_t *numbers, size_t most) {
    char buffer[4096];
    size_t count = 0;
    pid_t number = 0;
    ssize_t got;
    while (count < most && (got = read(file, buffer, sizeof buffer)) > 0) {
        for (ssize_t i = 0; i < got && count < most; i++) {
            if (buffer[i] >= '0' && buffer[i] <= '9') {
                number = number * 10 + (buffer[i] - '0');
            } else if (number != 0) {
                numbers[count++] = number;
                number = 0;
            }
        }
    }
    return count;
}

size_t proc_children(pid_t parent, pid_t *children, size_t most) {
    char name[64];
    struct text path = TEXT_IN(name);
    put_path(&path, parent, "/task/");
    put_number(&path, parent);
    put(&path, "/children");
    int file = open(name, O_RDONLY | O_CLOEXEC);
    if (file == -1) {
        /* Either the process is gone, and a search finds no child of it, or the kernel has no such file. */
        return errno == ENOENT && access("/proc/thread-self/children", F_OK) == -1
            ? proc_children_searched(parent, children, most)
            : 0;
    }
    size_t count = read_numbers(file, children, most);
    close(file);
    return count;
}

void proc_each(bool (*visit)(pid_t pid, void *context), void *context) {
    DIR *all = opendir("/proc");
    if (all == NULL) {
        return;
    }
    const struct dirent *entry;
    while ((entry = readdir(all)) != NULL) {
        char *end;
        long pid = strtol(entry->d_name, &end, 10);
        if (pid > 0 && *end == '\0' && !visit((pid_t)pid, context)) {
            break;
        }
    }
    closedir(all);
}

struct search {
    pid_t parent;
    pid_t *children;
    size_t count;
    size_t most;
};

static bool add_child(pid_t pid, void *context) {
    struct search *search = context;
    struct proc_stat stat;
    if (search->count == search->most) {
        return false;
    }
    if (proc_read_stat(pid, &stat) && stat.parent == search->parent) {
        search->children[search->count++] = pid;
    }
    return true;
}

size_t proc_children_searched(pid_t parent, pid_t *children, size_t most) {
    struct search search = {.parent = parent, .children = children, .most = most};
    proc_each(add_child, &search);
    return search.count;
}

bool proc_host_goes_down(void) {
    char name[32];
    return proc_read("/proc/1/comm", name, sizeof name) > 0 && strcmp(name, "systemd-shutdow\n") == 0;
}
