# shellcheck shell=sh
# Sourced by the quickstart's commands. Leaves a file when the command starts and one when it ends. Each has a name of its
# own and is created with O_EXCL (`set -C`): nothing can be written twice unseen. Inside stands the time.
set -eu
witness_run=$FLEETCRON_JOB,$FLEETCRON_FIRE,$FLEETCRON_TOKEN,$FLEETCRON_ATTEMPT,$FLEETCRON_INSTANCE,$$

witness() (
  set -C
  date +%s.%N >"../witness/$1"
)

witness_end() {
  witness "end,$witness_run,$1"
  exit "$1"
}

witness "start,$witness_run"
trap 'witness_end $?' EXIT
