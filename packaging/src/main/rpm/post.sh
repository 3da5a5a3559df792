# shellcheck shell=sh
systemd-tmpfiles --create /usr/lib/tmpfiles.d/fleetcron.conf >/dev/null 2>&1 || :
/usr/lib/fleetcron/bin/share-classes >/dev/null 2>&1 || :
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload >/dev/null 2>&1 || :
fi
