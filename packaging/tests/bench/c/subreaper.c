/*
 * Starts a program and adopts every process that it or its descendants leave behind, so that
 * - the processor time of all of them adds up in this process' own "time of waited-for children" (proc(5): cutime,
 *   cstime), also of those that the program never waits for;
 * - none of them can outlive the benchmark.
 *
 *   subreaper PIDFILE CGROUP|- PROGRAM [ARGUMENT...]
 *
 * Writes the program's process id to PIDFILE; the program joins the control group CGROUP before it starts. Exits when no
 * descendant is left. On SIGTERM, SIGINT or SIGHUP, or when its own parent dies, it sends SIGTERM to the program, and two
 * seconds later SIGKILL to every child until none is left: it signals only its own unreaped children, so never a process
 * that merely has the same id.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int cannot(const char *what) {
  fprintf(stderr, "subreaper: %s: %s\n", what, strerror(errno));
  return 125;
}

static int put(const char *file, const char *text) {
  int to = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (to < 0) return -1;
  ssize_t length = (ssize_t)strlen(text);
  ssize_t written = write(to, text, length);
  close(to);
  return written == length ? 0 : -1;
}

/* In the child: the program with default signals. */
static int start(const char *group, char **words) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  if (strcmp(group, "-") != 0) {
    char processes[4096];
    snprintf(processes, sizeof processes, "%s/cgroup.procs", group);
    if (put(processes, "0") != 0) return cannot(processes);
  }
  execvp(words[0], words);
  return cannot(words[0]);
}

static void kill_children(void) {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
  FILE *children = fopen(path, "re");
  if (!children) return;
  int pid;
  while (fscanf(children, "%d", &pid) == 1) kill(pid, SIGKILL);
  fclose(children);
}

/* Reaps what has ended; 0 if no child is left. */
static int reap(pid_t program, int *status, int *running) {
  for (;;) {
    int ended;
    pid_t pid = waitpid(-1, &ended, WNOHANG);
    if (pid == 0) return 1;
    if (pid < 0) return errno == EINTR;
    if (pid == program) {
      *running = 0;
      *status = WIFEXITED(ended) ? WEXITSTATUS(ended) : 128 + WTERMSIG(ended);
    }
  }
}

static int supervise(pid_t program, const sigset_t *signals) {
  const struct timespec grace = {2, 0}, moment = {0, 20 * 1000 * 1000};
  int status = 0, running = 1, ending = 0, killing = 0;
  while (reap(program, &status, &running)) {
    if (killing) kill_children();
    int got = ending ? sigtimedwait(signals, NULL, killing ? &moment : &grace) : sigwaitinfo(signals, NULL);
    if (got == SIGTERM || got == SIGINT || got == SIGHUP) {
      if (running && !ending) kill(program, SIGTERM);
      ending = 1;
    } else if (ending && (got < 0 || !running)) {
      killing = 1;
    }
  }
  return status;
}

int main(int count, char **words) {
  if (count < 4) {
    fputs("usage: subreaper PIDFILE CGROUP|- PROGRAM [ARGUMENT...]\n", stderr);
    return 125;
  }
  pid_t parent = getppid();
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGCHLD);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);
  sigprocmask(SIG_BLOCK, &signals, NULL);
  if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) return cannot("PR_SET_CHILD_SUBREAPER");
  if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != parent) return cannot("PR_SET_PDEATHSIG");
  pid_t program = fork();
  if (program < 0) return cannot("fork");
  if (program == 0) _exit(start(words[2], words + 3));
  char id[16];
  snprintf(id, sizeof id, "%d\n", (int)program);
  if (put(words[1], id) != 0) {
    kill(program, SIGKILL);
    return cannot(words[1]);
  }
  return supervise(program, &signals);
}
