#!/bin/sh
# PID 1 of a test host. The root is the machine's own file tree, read-only; LABNAME, LABIP and LABWORK are words of
# the kernel's command line. Commands arrive on the console, one name per line, and are files in $LABWORK/cmd: that
# channel touches neither the network nor NFS, so it works with the cable cut and after a pause.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8
mount -t proc proc /proc
mount -t sysfs sysfs /sys
[ -c /dev/null ] || mount -t devtmpfs devtmpfs /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
ln -s /proc/self/fd /dev/fd
for place in /run /mnt /dev/shm /var/lib/nfs /root; do mount -t tmpfs tmpfs "$place"; done
mkdir -p /run/lab /run/modules/lib /run/sm-bak /var/lib/nfs/sm /var/lib/nfs/v4recovery /var/lib/nfs/rpc_pipefs
mount -t hostfs lab /run/lab -o "$LABWORK"
ln -s /usr/lib/uml/modules /run/modules/lib/modules
mkfifo -m 666 /run/never # reading it with a time limit waits without starting a process
echo "$LABNAME" >/proc/sys/kernel/hostname
ip link set lo up
ip address add "$LABIP/24" dev eth0
ip link set eth0 up

listen() {
  while read -r name; do
    (
      sh "/run/lab/cmd/$name" </dev/null >"/run/lab/cmd/$name.out" 2>&1
      echo $? >"/run/lab/cmd/$name.status" # whole when its line is
    ) &
  done
}
bash "${0%/*}/pulse.sh" "/run/lab/pulse/$LABNAME" </dev/null >/dev/null 2>&1 &
: >"/run/lab/cmd/$LABNAME.up"
# The laboratory's commands come before what the agent starts; the agent itself gets an ordinary priority again.
renice -n -10 $$ >/dev/null
listen </dev/tty1 >/dev/null 2>&1 &
# An init must reap orphans: a dead run that stays a zombie would look alive. `wait` for one child reaps them all.
wait $!
echo o >/proc/sysrq-trigger
