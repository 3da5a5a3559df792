#!/bin/bash
# bare.sh JOB PERIOD COUNT FIRST SECONDS: what crontabs with flock(1) do. At FIRST (in seconds since the epoch, by
# this host's own clock) and COUNT times every PERIOD seconds, start the command, SECONDS long, under a non-blocking
# lock on the share.
export FLEETCRON_JOB=$1 FLEETCRON_TOKEN=0 FLEETCRON_ATTEMPT=1 FLEETCRON_FIRE
period=$2 count=$3 due=$4 seconds=$5
exec 9<>/run/never
for ((n = 0; n < count; n++, due += period)); do
  until ((EPOCHSECONDS >= due)); do
    micros=$((10#${EPOCHREALTIME#*.}))
    read -r -t "$(printf '0.%06d' $((micros > 0 ? 1000000 - micros : 999999)))" -u 9
  done
  printf -v FLEETCRON_FIRE '%(%Y-%m-%dT%H:%M:%SZ)T' "$due"
  flock -n "/mnt/efs/$1.lock" bash "${0%/*}/witness.sh" "$seconds"
done
