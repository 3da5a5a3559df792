#!/bin/sh
# PID 1 of a test host until systemd is: a writable copy of the machine's file tree in memory, systemd on top of it, and
# the same command channel as init.sh has, as a service.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8
mount -t proc proc /proc
mount -t tmpfs tmpfs /run
mkdir -p /run/modules/lib /run/over
ln -s /usr/lib/uml/modules /run/modules/lib/modules
modprobe -d /run/modules overlay
mount -t tmpfs -o size=300m tmpfs /run/over
mkdir /run/over/up /run/over/work /run/over/root
mount -t overlay overlay -o lowerdir=/,upperdir=/run/over/up,workdir=/run/over/work /run/over/root
cd /run/over/root || exit 1

mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t devtmpfs devtmpfs dev 2>/dev/null
mount -t tmpfs -o mode=755 tmpfs run
mkdir -p lab
mount -t hostfs lab lab -o "$LABWORK"
rm -rf lib/modules
ln -s /usr/lib/uml/modules usr/lib/modules
echo "$LABNAME" >etc/hostname
printf '127.0.0.1 localhost %s\n' "$LABNAME" >etc/hosts
: >etc/fstab
# A container's way to keep packages from starting services: this is a whole host.
rm -f usr/sbin/policy-rc.d
ip link set lo up
ip address add "$LABIP/24" dev eth0
ip link set eth0 up

units=etc/systemd/system
rm -rf "${units:?}"
mkdir -p "$units"
cat >"$units/lab.target" <<'UNIT'
[Unit]
Requires=sysinit.target dbus.socket
After=sysinit.target dbus.socket
Wants=lab.service
AllowIsolate=yes
UNIT
cat >"$units/lab.service" <<'UNIT'
[Unit]
After=sysinit.target
[Service]
ExecStart=/bin/sh /lab/listen.sh
KillMode=process
UNIT
for unit in systemd-networkd systemd-resolved systemd-timesyncd systemd-udevd systemd-networkd-wait-online \
  NetworkManager-wait-online systemd-udev-settle systemd-udev-trigger; do
  ln -s /dev/null "$units/$unit.service"
done
cat >lab/listen.sh <<LISTEN
: >/lab/cmd/$LABNAME.up
while read -r name; do
  (
    sh "/lab/cmd/\$name" </dev/null >"/lab/cmd/\$name.out" 2>&1
    echo \$? >"/lab/cmd/\$name.status"
  ) &
done </dev/tty1
LISTEN
rm -f var/lib/man-db/auto-update # a package need not index every page of this machine
mkdir -p old
pivot_root . old
exec chroot . /lib/systemd/systemd --unit=lab.target
