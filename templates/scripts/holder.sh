# Who holds the data directory: a task of ours, an orphan of ours that lost its task, or a server that is not ours. After lib.sh.
# Under a driver with a PID namespace /proc shows nothing of the others, so locks and records on the data volume decide.

# Written by the task that holds the lock of the same name, and true only while that is held.
data_lock=$PGN_STATE/data.lock
# Inherited by PostgreSQL and all that it starts (descriptor 6): free only when the last process of our server has ended.
server_lock=$PGN_STATE/server.lock
# The process that our task started last as the server: what makes a postmaster.pid ours.
server_file=$PGN_STATE/server
# System identifier of the cluster that this runbook made, restored or took over.
mark_file=$PGN_STATE/cluster

# where_am_i PID: what tells this process from one of the same number elsewhere.
where_am_i() {
  printf '%s\n' "pid=$1" "namespace=$(readlink /proc/self/ns/pid)" "job=${NOMAD_JOB_ID:-${NOMAD_JOB_NAME:-}}" "allocation=${NOMAD_ALLOC_ID:-}"
}

# data_held: does any task hold the data directory?
data_held() { [ -e "$data_lock" ] && ! flock -n -s "$data_lock" true; }

# holder: who that is, in words.
holder() {
  case $(value_in "$data_lock" script) in
    '') echo "another server or restore" ;;
    restore.sh) echo "a restore (allocation $(value_in "$data_lock" allocation))" ;;
    *) echo "the server of job $(value_in "$data_lock" job) (allocation $(value_in "$data_lock" allocation), process $(value_in "$data_lock" pid) of $(value_in "$data_lock" namespace))" ;;
  esac
}

# One holder of the data directory at a time, server or restore. The lock dies with its holder, also across PID namespaces.
hold_data() {
  exec 9>>"$data_lock"
  flock -w "$1" 9 || fail "$(holder) holds $PGN_DATA (lock $data_lock)" 4
  holding=1
  { echo "script=${0##*/}"; where_am_i $$; } >"$data_lock"
}

# take_over SECONDS: holds the data; a server of this same job that still holds it has lost its task, as Nomad runs one at a time,
# and is asked for a fast shutdown (by SIGTERM: its task may have been started with SIGINT ignored). Elsewhere than in our PID namespace only its own server can pass that on.
take_over() {
  local deadline=$((SECONDS + $1)) pid
  exec 9>>"$data_lock"
  # Also the server of an allocation that is just being stopped: a second request of the same does it no harm.
  until flock -w 3 9; do
    [ "$SECONDS" -lt "$deadline" ] || fail "$(holder) holds $PGN_DATA (lock $data_lock)" 4
    [ "$(value_in "$data_lock" script)" = serve.sh ] && [ "$(value_in "$data_lock" job)" = "${NOMAD_JOB_ID:-${NOMAD_JOB_NAME:-}}" ] || continue
    pid=$(value_in "$data_lock" pid)
    case $pid in '' | *[!0-9]*) continue ;; esac
    say "$(holder) has lost its task and is asked to stop"
    if [ "$(value_in "$data_lock" namespace)" = "$(readlink /proc/self/ns/pid)" ]; then
      tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -q 'serve\.sh' && kill -TERM "$pid"
    else
      query "copy (select) to program 'kill -TERM $pid'" 2>&1 | head -n 1
    fi
  done
  holding=1
  { echo "script=${0##*/}"; where_am_i $$; } >"$data_lock"
}

# Records this process, which becomes the server, before it can write a postmaster.pid. In the subshell that is replaced by it.
record_server() {
  { where_am_i "$BASHPID"; echo "started=$(date +%s)"; } >"$server_file.new" && sync "$server_file.new" && mv "$server_file.new" "$server_file" &&
    sync "$PGN_STATE" || fail "cannot record the server in $PGN_STATE"
}

# pid_file DIRECTORY: whose postmaster.pid it holds: none, gone (of our server, which has ended), runs (of our server) or foreign.
pid_file() {
  local pid started ours
  [ -e "$1/postmaster.pid" ] || { echo none; return; }
  # A server of a version before this record, whose task holds the data.
  if [ ! -e "$server_file" ] && [ -z "${holding:-}" ] && data_held; then echo runs; return; fi
  pid=$(sed -n 1p "$1/postmaster.pid") started=$(sed -n 3p "$1/postmaster.pid") ours=$(value_in "$server_file" started)
  if [ -z "$ours" ] || [ "$pid" != "$(value_in "$server_file" pid)" ] || [[ ! $started =~ ^[0-9]+$ ]] ||
    [ "$started" -lt $((ours - 2)) ] || [ "$started" -gt $((ours + 120)) ]; then
    echo foreign
  elif [ -e "$server_lock" ] && flock -n -s "$server_lock" true; then
    echo gone
  else
    echo runs
  fi
}

# foreign_server DIRECTORY: who wrote this postmaster.pid, as far as that can be seen, in words.
foreign_server() {
  local file=$1/postmaster.pid pid port socket answer
  pid=$(sed -n 1p "$file") port=$(sed -n 4p "$file") socket=$(sed -n 5p "$file")
  [[ $port =~ ^[0-9]+$ ]] || port=
  answer="it cannot be seen from here"
  if [ "$(readlink "/proc/$pid/cwd" 2>/dev/null)" = "$(readlink -f "$1")" ]; then
    answer="it runs"
  elif [ -n "$port" ] && [ -S "$socket/.s.PGSQL.$port" ] && (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
    answer="a server answers there"
  elif [ -n "$port" ] && (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
    answer="something listens on port $port"
  fi
  echo "process $pid, started $(date -u -d "@$(sed -n 3p "$file")" +'%F %TZ' 2>/dev/null || echo at an unknown time), port ${port:-unknown}, socket folder ${socket:-none}: $answer"
}

# same_on_host: has the data volume this path for who logs in to the node, too? Under exec it is mounted here from wherever it lies there, and of
# that place the root shows what is below the mount point of its file system.
mounts=/proc/self/mountinfo
same_on_host() {
  local _ root point same=yes
  while read -r _ _ _ root point _; do
    [ "$point" = "$PGN_VOLUME" ] || continue
    if [ "$root" != / ] && [[ $PGN_VOLUME == *"$root" ]]; then same=yes; else same=''; fi
  done 2>/dev/null <"$mounts" || return
  [ -n "$same" ]
}

# host_words: behind a command for the node that names paths of a task.
host_words() { same_on_host || echo " ($PGN_VOLUME is this task's name for the folder of its host volume)"; }

# debian_has DIRECTORY: is it the data directory of Debian's cluster of our name?
debian_has() { grep -qE "^[[:space:]]*data_directory[[:space:]]*=[[:space:]]*'$1/?'" "/etc/postgresql/$PGN_VERSION/$PGN_CLUSTER/postgresql.conf" 2>/dev/null; }

# way_out DIRECTORY: what to type where a foreign server has, or had, the directory.
way_out() {
  local name=$PGN_VERSION/$PGN_CLUSTER
  if debian_has "$(sed -n 2p "$1/postmaster.pid")"; then
    echo "Debian's cluster $name: pg_ctlcluster ${name/\// } stop as root on the node stops it and clears the file, pg_dropcluster --stop ${name/\// } removes it with its data"
  else
    echo "stop it where it was started; when no PostgreSQL process runs on the directory (on the node: fuser -v $1/postmaster.pid $1/PG_VERSION $1/global/*), remove $1/postmaster.pid"
  fi
}

# stop_orphan: a server of ours without a task above it is shut down, and what a killed one left is waited for, which ends by itself.
stop_orphan() {
  local pid
  pid=$(value_in "$server_file" pid)
  case $pid in '' | *[!0-9]*) return ;; esac
  say "a server that lost its task runs in $PGN_DATA (process $pid, allocation $(value_in "$server_file" allocation)): it is asked to stop"
  if [ "$(value_in "$server_file" namespace)" != "$(readlink /proc/self/ns/pid)" ]; then
    query "copy (select) to program 'kill -INT $pid'" 2>&1 | head -n 1
  elif live_postmaster "$PGN_DATA"; then
    kill -INT "$pid"
  fi
  flock -w 60 -s "$server_lock" true
}

# debians_own: is what lies in our data directory Debian's cluster of our name? By its path alone it might be another one, elsewhere on the host.
debians_own() { same_on_host && debian_has "$PGN_DATA"; }

# other_cluster: what else can be done with a cluster that is not ours.
other_cluster() {
  local name=$PGN_VERSION/$PGN_CLUSTER
  if debians_own; then
    echo "Debian's own cluster $name, if it is not needed: pg_dropcluster --stop ${name/\// } as root on the node removes it"
  else
    echo "Or move it away, or set postgres.cluster"
  fi
}

# clear_pid_file: a file that our own server left is removed when its last process has ended; any other one is a refusal.
clear_pid_file() {
  case $(pid_file "$PGN_DATA") in
    none) return ;;
    gone)
      say "removing the stale postmaster.pid of a server that was killed"
      rm -f "$PGN_DATA/postmaster.pid" ;;
    runs) fail "processes of the server that this runbook started still run in $PGN_DATA (process $(sed -n 1p "$PGN_DATA/postmaster.pid") of $(value_in "$server_file" namespace), allocation $(value_in "$server_file" allocation)): stop it with $PGN_BIN/pg_ctl stop -D $PGN_DATA" 4 ;;
    foreign) fail "$PGN_DATA/postmaster.pid is of a server that this runbook did not start ($(foreign_server "$PGN_DATA")): not starting a second one. $(way_out "$PGN_DATA")$(host_words)" 3 ;;
  esac
}

# put_mark: the cluster in this directory is ours from now on.
put_mark() {
  local id
  id=$(control_value "$1" 'Database system identifier') || return 0
  [ "$(cat "$mark_file" 2>/dev/null)" = "$id" ] && return
  printf '%s\n' "$id" >"$mark_file.new" && sync "$mark_file.new" && mv "$mark_file.new" "$mark_file" && sync "$PGN_STATE" || fail "cannot write $mark_file"
}

# is_ours: made, restored or taken over by this runbook. A volume of a version before this mark has what only a started server left.
is_ours() {
  local id known
  case $(state_get phase) in restored | started) return 0 ;; esac
  known=$(cat "$mark_file" 2>/dev/null)
  [ -n "$known" ] || { [ -e "$conf/pg_hba.conf" ]; return; }
  # A damaged control file says nothing of whose it is.
  id=$(control_value "$PGN_DATA" 'Database system identifier') || return 0
  [ "$id" = "$known" ]
}

# live_postmaster DIRECTORY: does a server run in it, as far as /proc shows? By its working directory, as a bare process id may
# have been reused.
live_postmaster() {
  local pid
  [ -f "$1/postmaster.pid" ] || return 1
  pid=$(head -n 1 "$1/postmaster.pid")
  [ "$(readlink "/proc/$pid/cwd" 2>/dev/null)" = "$(readlink -f "$1")" ]
}

# For the runbook: who holds the data, whose postmaster.pid lies there, and whether the cluster is ours.
facts_of_holder() {
  local whose
  if data_held; then
    fact holder.script "$(value_in "$data_lock" script)"
    fact holder.job "$(value_in "$data_lock" job)"
    fact holder.allocation "$(value_in "$data_lock" allocation)"
    fact holder.process "$(value_in "$data_lock" pid)"
  fi
  whose=$(pid_file "$PGN_DATA")
  [ "$whose" = none ] || fact pidfile "$whose"
  [ "$whose" != foreign ] || { fact foreign.server "$(foreign_server "$PGN_DATA")"; fact foreign.wayout "$(way_out "$PGN_DATA")"; }
  if [ -e "$PGN_DATA/PG_VERSION" ]; then
    if is_ours; then
      fact data.ours true
    else
      fact data.ours false
      ! debians_own || fact data.debian true
    fi
  fi
  case $(state_get phase) in
    '') [ ! -e "$PGN_DATA/standby.signal" ] || fact data.signal standby.signal ;;
  esac
}
