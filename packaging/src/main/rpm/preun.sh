# shellcheck shell=sh
# Zero: the package goes. Otherwise it is being upgraded, and the agent runs on until the new program is in place.
if [ "$1" -eq 0 ]; then
  if [ -d /run/systemd/system ]; then
    systemctl --no-reload disable --now fleetcron.service >/dev/null 2>&1 || :
    # What keeps the control group for runs with limits. The runs themselves go on.
    systemctl stop fleetcron-runs.service >/dev/null 2>&1 || :
  fi
  rm -f /usr/lib/fleetcron/lib/fleetcron.jsa
fi
