#!/bin/bash
# What the scenarios' jobs run: witness.sh SECONDS [EXIT]. Each run leaves one file per start and per end, created
# with O_EXCL under a name of its own, on the share (LAB_SHARE: the server's clock) and on the machine's own file
# system (LAB_LOCAL: works without NFS, and the files' times of all hosts are on one clock). A run longer than an
# instant also beats there five times a second from a second process, which has its own process group and ignores
# SIGTERM. Starting a process is dear in a test host, so waiting is a read that times out.
set -C
seconds=$1 exit=${2:-0}
read -r host </proc/sys/kernel/hostname
# How old this process is already: on a slow host a shell takes a while to come this far.
read -r up _ </proc/uptime
read -r stat <"/proc/$$/stat"
read -r -a stat <<<"${stat##*) }"
run="$FLEETCRON_JOB,$FLEETCRON_FIRE,$FLEETCRON_TOKEN,$FLEETCRON_ATTEMPT,$host,$$"
echo "$up ${stat[19]}" >"$LAB_LOCAL/start,$run"
# Who asks for a run names it, so that it is known which request made which run without asking the program.
[ -z "$LAB_REQUEST" ] || : >"$LAB_LOCAL/asked,$run,$LAB_REQUEST"

beat() {
  trap '' TERM HUP INT
  exec 8>"$LAB_LOCAL/beat,$run" </dev/null >/dev/null 2>&1
  while :; do
    echo >&8
    read -r -t 0.2 -u 9
  done
}

exec 9<>/run/never
beating=
if [ "$seconds" != 0 ]; then
  set -m
  beat &
  beating=$!
  set +m
fi
[ -z "$LAB_SHARE" ] || : >"$LAB_SHARE/start,$run"
echo "witness $run"
[ "$seconds" = 0 ] || read -r -t "$seconds" -u 9
[ -z "$beating" ] || kill -KILL "$beating"
[ -z "$LAB_SHARE" ] || : >"$LAB_SHARE/end,$run,$exit"
: >"$LAB_LOCAL/end,$run,$exit"
exit "$exit"
