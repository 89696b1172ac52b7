#!/bin/bash
# A real S3 server on loopback for tests: Ceph's gateway over one monitor and one storage daemon, without a manager.
#   s3-server.sh FOLDER MONITOR_PORT CERTIFICATE
# FOLDER is its own and is removed at the end; its path is short (sockets), and several servers may run beside each other.
# CERTIFICATE is a PEM file with certificate and key. Once it is up it prints `user JSON` with the keys of its one user;
# then it reads commands, and answers each with `ok`:
#   start PORT          a gateway at this port
#   signal PORT NAME    KILL is an outage with refused connections, STOP one with silence that CONT ends
# It ends, and everything with it, when its standard input does: whoever started it may be killed.
set -euo pipefail
umask 077
folder=$1 port=$2 certificate=$3
conf=$folder/ceph.conf keys=$folder/keyring
declare -A gateways=()

finish() {
  local code=$?
  trap '' INT TERM HUP EXIT
  if [ $code -ne 0 ]; then tail -qn 3 "$folder"/*.err >&2 || true; fi
  local children
  children=$(jobs -p)
  # shellcheck disable=SC2086
  if [ -n "$children" ]; then kill -KILL $children 2>/dev/null || true; fi
  wait 2>/dev/null
  cd /
  rm -rf -- "$folder"
  exit $code
}
trap finish EXIT
trap 'exit 143' INT TERM HUP

# Runs beside us, and not a moment longer than this shell even where that is killed.
daemon() { setpriv --pdeathsig KILL -- "${@:2}" </dev/null >/dev/null 2>>"$folder/$1.err" & }

# Runs to its end; a signal for this shell does not have to wait for that.
run() {
  setpriv --pdeathsig KILL -- timeout -k 1 60 "$@" </dev/null 2>>"$folder/setup.err" &
  wait $!
}

cd -- "$folder"
mkdir mon osd
id=$(cat /proc/sys/kernel/random/uuid)
# One copy of everything, since there is one daemon. Changes of the map are decided at once and not gathered for a
# second: each new pool is a few of them. The block file is sparse.
# Gateways keep no cache: they would tell each other what changed, and wait for one that was killed or stopped.
cat >"$conf" <<END
[global]
fsid=$id
mon_host=v2:127.0.0.1:$port
public_network=127.0.0.0/8
ms_bind_ipv6=false
keyring=$keys
mon_data=$folder/mon
osd_data=$folder/osd
run_dir=$folder
admin_socket=
pid_file=
crash_dir=
log_file=/dev/null
mon_cluster_log_file=/dev/null
mon_data_avail_warn=0
mon_data_avail_crit=0
mon_allow_pool_size_one=true
paxos_propose_interval=0.05
paxos_min_wait=0.02
osd_pool_default_size=1
osd_pool_default_min_size=1
osd_pool_default_pg_num=1
osd_pool_default_pg_autoscale_mode=off
osd_crush_chooseleaf_type=0
osd_crush_initial_weight=1
osd_memory_target=939524096
bluestore_block_size=17179869184
rgw_dns_name=localhost
rgw_cache_enabled=false
rgw_thread_pool_size=64
rgw_gc_obj_min_wait=60
END
ceph-authtool -C "$keys" --gen-key -n mon. --cap mon 'allow *' >/dev/null
ceph-authtool "$keys" --gen-key -n osd.0 --cap mon 'allow profile osd' --cap osd 'allow *'
ceph-authtool "$keys" --gen-key -n client.rgw --cap mon 'allow rw' --cap osd 'allow rwx'
# A map that knows the storage daemon already: nobody has to register it, and all of this can be prepared before anything runs.
monmaptool --create --fsid "$id" --addv a "[v2:127.0.0.1:$port]" monmap >/dev/null
osdmaptool --createsimple 1 osdmap >/dev/null 2>&1
run ceph-mon -c "$conf" --mkfs -i a --monmap monmap --osdmap osdmap
daemon mon ceph-mon -f -c "$conf" -i a
run ceph-osd -c "$conf" -i 0 --no-mon-config --mkfs --osd-uuid "$id"
daemon osd ceph-osd -f -c "$conf" -i 0

run radosgw-admin -c "$conf" -n client.rgw user create --uid=tests --display-name=tests >user
echo "user $(tr -d '\n' <user)"

while read -r word gateway signal; do
  case $word in
    start)
      daemon "gateway-$gateway" radosgw -f -c "$conf" -n client.rgw --log-file="$folder/gateway-$gateway.log" \
        --rgw-frontends="beast ssl_endpoint=127.0.0.1:$gateway ssl_certificate=$certificate tcp_nodelay=1"
      gateways[$gateway]=$! ;;
    signal)
      kill "-$signal" "${gateways[$gateway]}"
      if [ "$signal" = KILL ]; then wait "${gateways[$gateway]}" 2>/dev/null || true; fi ;;
    *) echo "no such command: $word" >&2; exit 2 ;;
  esac
  echo ok
done
