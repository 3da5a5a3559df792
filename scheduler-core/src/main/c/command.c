/*
 * The way from a child of S to the command. Each step is one change of this process; a step that fails ends it with a
 * sentence in the run's output and status 126, or 127 where no such program exists.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/ioprio.h>
#include <linux/keyctl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "run.h"
#include "text.h"

enum { NOT_STARTED = 126, NOT_FOUND = 127 };

static struct run *run;

_Noreturn static void refuse(int status, const char *what, const char *which, int error, const char *remedy) {
    char words[1024];
    struct text line = TEXT_IN(words);
    put(&line, "fleetcron: ");
    put(&line, what);
    put(&line, which);
    if (error != 0) {
        put(&line, ": ");
        put(&line, strerror(error));
    }
    put(&line, "; ");
    put(&line, remedy);
    put(&line, "\n");
    (void)!write(STDERR_FILENO, line.data, line.length);
    run->shared->start_problem = PROBLEM;
    _exit(status);
}

/* A description of the output pipe of this attempt's own: what it does to that concerns no other attempt. */
static void take_output(void) {
    char path[64];
    struct text name = TEXT_IN(path);
    put(&name, "/proc/self/fd/");
    put_number(&name, run->output[1]);
    int output = open(path, O_WRONLY);
    if (output == -1 || dup2(output, STDOUT_FILENO) == -1 || dup2(output, STDERR_FILENO) == -1) {
        dup2(run->output[1], STDERR_FILENO);
        refuse(NOT_STARTED, "cannot open the pipe for the output", "", errno, "/proc must be mounted");
    }
}

static void take_input(void) {
    const struct spec *spec = &run->spec;
    if (!spec->has_input) {
        return; /* standard input is /dev/null */
    }
    int input = memfd_create("input", 0);
    size_t done = 0;
    while (input != -1 && done < spec->input_length) {
        ssize_t wrote = write(input, spec->input + done, spec->input_length - done);
        if (wrote <= 0) {
            break;
        }
        done += (size_t)wrote;
    }
    if (input == -1 || done < spec->input_length || lseek(input, 0, SEEK_SET) == -1 || dup2(input, STDIN_FILENO) == -1) {
        refuse(NOT_STARTED, "cannot give the command its standard input", "", errno, "free memory on this host");
    }
}

static void enter_cgroup(void) {
    errno = ENOENT; /* it was gone before S could open it */
    int processes = run->cgroup == -1 ? -1 : openat(run->cgroup, "cgroup.procs", O_WRONLY | O_CLOEXEC);
    bool entered = processes != -1 && write(processes, "0", 1) == 1;
    if (!entered && run->spec.limited) {
        refuse(NOT_STARTED, "cannot enter the run's control group, so it cannot be limited: ",
               run->spec.cgroup == NULL ? "-" : run->spec.cgroup, errno, "let nothing but fleetcron change or remove it");
    }
}

/* What S took for itself. */
static void restore_limits(void) {
    char words[16];
    struct text score = TEXT_IN(words);
    put_number(&score, run->agent_oom_score < 0 ? 0 : run->agent_oom_score);
    int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    (void)!write(file, score.data, score.length);
    setrlimit(RLIMIT_CORE, &run->agent_core_limit);
}

static void take_priorities(void) {
    const struct spec *spec = &run->spec;
    if (spec->ioprio != 0
        && syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, (int)spec->ioprio) == -1) {
        refuse(NOT_STARTED, "cannot set the priority of disk accesses", "", errno, "remove ionice from the job");
    }
    if (getpriority(PRIO_PROCESS, 0) != (int)spec->nice && setpriority(PRIO_PROCESS, 0, (int)spec->nice) == -1) {
        refuse(NOT_STARTED, "cannot set the priority", "", errno, "remove nice from the job");
    }
}

/* Keys of one attempt belong to it alone: keyctl(2). Where a sandbox forbids keys, no job has any. */
static void take_keyring(void) {
    if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) == -1 && errno != ENOSYS && errno != EPERM
        && errno != EACCES) {
        refuse(NOT_STARTED, "cannot give the command a keyring of its own", "", errno,
               "raise kernel.keys.maxkeys or root_maxkeys");
    }
}

/* The C library's own setgroups and set*id signal all threads of a process; this one has one. */
static bool take_ids(void) {
    const struct spec *spec = &run->spec;
    uid_t uid = (uid_t)spec->uid;
    gid_t gid = (gid_t)spec->gid;
    uid_t real, effective, saved;
    gid_t real_group, effective_group, saved_group;
    return setgroups(spec->group_count, spec->groups) == 0 && setresgid(gid, gid, gid) == 0
        && setresuid(uid, uid, uid) == 0 && getresuid(&real, &effective, &saved) == 0 && real == uid
        && effective == uid && saved == uid && getresgid(&real_group, &effective_group, &saved_group) == 0
        && real_group == gid && effective_group == gid && saved_group == gid && (uid == 0 || setuid(0) == -1);
}

static void drop_capabilities(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};
    if (run->spec.uid != 0 && syscall(SYS_capset, &header, none) == -1) {
        refuse(NOT_STARTED, "cannot give up all capabilities", "", errno, "this should not happen: report it");
    }
}

static void become_user(void) {
    const struct spec *spec = &run->spec;
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); /* EINVAL before Linux 4.3, which has none */
    if (!spec->has_account) {
        return;
    }
    prctl(PR_SET_SECUREBITS, 0, 0, 0, 0);
    if (!take_ids()) {
        refuse(NOT_STARTED, "cannot become the user ", spec->user == NULL ? "of the job" : spec->user, errno,
               "the agent must run as root, or as that user with no user and group in the job");
    }
    drop_capabilities();
}

/* The command dies with S. Set after the change of user, which resets it; some programs reset it themselves. */
static void die_with_supervisor(pid_t supervisor) {
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() != supervisor) {
        _exit(NOT_STARTED);
    }
}

static void enter_directory(void) {
    const struct spec *spec = &run->spec;
    if (chdir(spec->directory) == -1) {
        char words[512];
        struct text which = TEXT_IN(words);
        put(&which, spec->directory);
        put(&which, " as ");
        put(&which, spec->user == NULL ? "this user" : spec->user);
        refuse(NOT_STARTED, "cannot change to the working directory ", words, 0, "create it or correct working_dir");
    }
    umask((mode_t)spec->umask);
}

/* All of the job's variables and those that name the run. */
static char **environment(int attempt) {
    const struct spec *spec = &run->spec;
    static char words[6][512];
    const char *const names[] = {"FLEETCRON_JOB=", "FLEETCRON_FIRE=", "FLEETCRON_INSTANCE=", "FLEETCRON_RUN=",
                                 "FLEETCRON_TOKEN=", "FLEETCRON_ATTEMPT="};
    const char *const texts[] = {spec->job, spec->fire, spec->instance, spec->marker};
    const int64_t numbers[] = {spec->token, attempt};
    char **all = calloc(spec->env_count + 7, sizeof *all);
    if (all == NULL) {
        refuse(NOT_STARTED, "cannot give the command its environment", "", errno, "free memory on this host");
    }
    memcpy(all + 6, spec->env, spec->env_count * sizeof *all); /* behind those that a sweep looks for */
    for (size_t i = 0; i < 6; i++) {
        struct text variable = TEXT_IN(words[i]);
        put(&variable, names[i]);
        if (i < 4) {
            put(&variable, texts[i]);
        } else {
            put_number(&variable, numbers[i - 4]);
        }
        all[i] = words[i];
    }
    return all;
}

static void restore_signals(void) {
    struct sigaction standard = {.sa_handler = SIG_DFL};
    sigset_t none;
    for (int signal = 1; signal <= 64; signal++) { /* 32 and 33 are the C library's, which refuses them */
        if (sigaction(signal, &standard, NULL) == -1 && signal != SIGKILL && signal != SIGSTOP) {
            struct {
                void (*handler)(int);
                unsigned long flags;
                void (*restorer)(void);
                uint64_t mask;
            } raw = {.handler = SIG_DFL};
            syscall(SYS_rt_sigaction, signal, &raw, NULL, sizeof raw.mask);
        }
    }
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* The host may have been paused since the claim, and the lock given away. */
static bool is_too_late(void) {
    struct instant now = instant_now();
    return run->spec.lease != 0
        && (proof_age(run, now.boot) >= run->spec.lease / 4 * 3
            || now.wall - run->shared->proof_wall >= run->spec.lease / 4 * 3);
}

_Noreturn void command_become(struct run *of, int attempt) {
    run = of;
    const struct spec *spec = &run->spec;
    pid_t supervisor = run->shared->supervisor;
    take_output();
    enter_cgroup();
    take_input();
    restore_limits();
    take_priorities();
    setsid();
    take_keyring();
    become_user();
    die_with_supervisor(supervisor);
    enter_directory();
    environ = environment(attempt);
    restore_signals();
    close_range(STDERR_FILENO + 1, ~0U, 0);
    if (is_too_late()) {
        run->shared->start_problem = TOO_LATE;
        _exit(NOT_STARTED);
    }
    execvp(spec->argv[0], spec->argv);
    if (errno == ENOENT || errno == ENOTDIR) {
        refuse(NOT_FOUND, "no such program: ", spec->argv[0], 0, "install it, or correct command or PATH");
    }
    if (errno == EAGAIN) {
        refuse(NOT_STARTED, "cannot start ", spec->argv[0], errno, "the user's limit of processes is reached: RLIMIT_NPROC");
    }
    refuse(NOT_STARTED, "cannot start ", spec->argv[0], errno, "correct command, or the program's mode");
}
