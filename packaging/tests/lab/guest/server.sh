#!/bin/sh
# The NFS server host: server.sh start|stop|export rw|export ro|version3. No delegations and a short lease, otherwise like EFS.
set -e
clients=10.77.0.0/24
options=no_root_squash,insecure,fsid=0,no_subtree_check,sync

prepare() {
  [ -d /run/export ] && return
  modprobe -d /run/modules nfsd
  mkdir -p /run/export
  mount -t tmpfs -o "size=${EXPORT_SIZE:-64m},mode=0755" tmpfs /run/export
  mount -t nfsd nfsd /proc/fs/nfsd
  mount -t rpc_pipefs rpc_pipefs /var/lib/nfs/rpc_pipefs
  mkdir -p /var/lib/nfs/nfsdcld
  touch /var/lib/nfs/etab /var/lib/nfs/rmtab
  echo 0 >/proc/sys/fs/leases-enable
  setsid nfsdcld </dev/null >/dev/null 2>&1
  setsid rpc.mountd -p 20048 </dev/null >/dev/null 2>&1
}

case $1 in
  start)
    prepare
    echo "${LEASE:-10}" >/proc/fs/nfsd/nfsv4leasetime
    echo "${LEASE:-10}" >/proc/fs/nfsd/nfsv4gracetime
    exportfs -o "rw,$options" "$clients:/run/export"
    rpc.nfsd -N 3 -V 4.1 -U 4
    ;;
  stop) rpc.nfsd 0 ;;
  version3)
    rpc.nfsd 0
    rpcbind
    kill "$(pgrep rpc.mountd)"
    setsid rpc.mountd -p 20048 </dev/null >/dev/null 2>&1
    rpc.nfsd -V 3 -V 4.1 -U 4
    ;;
  export)
    exportfs -o "$2,$options" "$clients:/run/export"
    exportfs -f
    ;;
esac
