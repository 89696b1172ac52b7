job "postgres" {
  datacenters = ["dc1"]
  region      = "global"
  namespace   = "default"
  type        = "service"

  meta {
    runbook = "postgresql-on-nomad"
    cluster = "postgres"
  }

  constraint {
    attribute = "${attr.kernel.name}"
    value     = "linux"
  }

  constraint {
    attribute = "${node.unique.name}"
    value     = "db-1"
  }

  update {
    max_parallel      = 1
    health_check      = "task_states"
    min_healthy_time  = "5s"
    healthy_deadline  = "10m"
    progress_deadline = "11m"
    # Going back to an older job by itself could start an older server on newer data.
    auto_revert = false
  }

  group "postgres" {
    count = 1

    # A server that does not start keeps trying; it never moves to a node that has other data.
    restart {
      attempts = 3
      interval = "10m"
      delay    = "15s"
      mode     = "delay"
    }

    reschedule {
      attempts  = 0
      unlimited = false
    }

    # An agent that is away for longer than its heartbeat finds the same server when it comes back.
    disconnect {
      lost_after = "24h"
      replace    = false
      reconcile  = "keep_original"
    }

    network {
      port "postgres" {
        static = 5432
      }
    }

    service {
      name = "postgres"
      port = "postgres"

      check {
        name     = "postgres"
        type     = "tcp"
        port     = "postgres"
        interval = "10s"
        timeout  = "2s"
      }
    }

    volume "data" {
      type   = "host"
      source = "postgres-data"
    }

    volume "socket" {
      type   = "host"
      source = "postgres-socket"
    }

    volume "log" {
      type   = "host"
      source = "postgres-log"
    }

    volume "repository2" {
      type   = "host"
      source = "pgbackrest"
    }

    task "postgres" {
      driver = "exec"
      user   = "postgres"

      config {
        # The init reaps what pgBackRest leaves behind; were the server PID 1, it would take that for a crash.
        command = "/usr/bin/tini"
        args    = ["-s", "--", "/bin/bash", "${NOMAD_TASK_DIR}/serve.sh"]
      }

      volume_mount {
        volume      = "data"
        destination = "/var/lib/postgresql"
      }

      volume_mount {
        volume      = "socket"
        destination = "/var/run/postgresql"
      }

      volume_mount {
        volume      = "log"
        destination = "/var/log/postgresql"
      }

      volume_mount {
        volume      = "repository2"
        destination = "/var/lib/pgbackrest"
      }

      env {
        PGN_VERSION       = "15"
        PGN_CLUSTER       = "main"
        PGN_PORT          = "5432"
        PGN_USER          = "postgres"
        PGN_BIN           = "/usr/lib/postgresql/15/bin"
        PGN_VOLUME        = "/var/lib/postgresql"
        PGN_DATA          = "/var/lib/postgresql/15/main"
        PGN_STATE         = "/var/lib/postgresql/15/main.runbook"
        PGN_SOCKET        = "/var/run/postgresql"
        PGN_LOG           = "/var/log/postgresql"
        PGN_STANZA        = "db-primary"
        PGN_REPOSITORIES  = "1 2"
        PGN_LOCALE        = "C.UTF-8"
        PGN_CHECKSUMS     = "true"
        PGN_PROCESS_MAX   = "0"
        PGBACKREST_CONFIG = "${NOMAD_TASK_DIR}/pgbackrest.conf"
      }

      # SIGINT is a fast shutdown: sessions end, the last checkpoint is written, WAL is archived.
      kill_signal  = "SIGINT"
      kill_timeout = "5m"

      resources {
        cpu    = 2000
        memory = 4096
      }

      template {
        destination = "local/serve.sh"
        perms       = "755"
        change_mode = "noop"
        data        = <<EOT
#!/bin/bash
# The server task. An init (tini) stands above this script and PostgreSQL below it: PostgreSQL must never be PID 1, or it
# takes the exit of a daemonised pgbackrest for a crashed backend and restarts every few seconds.
. "$NOMAD_TASK_DIR/lib.sh"
. "$NOMAD_TASK_DIR/holder.sh"
. "$NOMAD_TASK_DIR/handover.sh"

# Until there is a server to pass it on to, a signal ends this script.
trap 'exit 143' INT TERM QUIT
make_folders
mkdir -p "$PGN_SOCKET" || fail "cannot create the socket folder $PGN_SOCKET"
take_over 60

# Between the old server and the new one of an online restore; also when a kill came in between.
hand_over() {
  local id beside kept
  id=$(state_get id) beside=$(copy_of "$(state_get id)") kept=$(kept_of "$(state_get id)")
  if [ "$(state_get target)" = latest ] && [ -e "$beside" ]; then
    offer_wal "$PGN_DATA"
    [ ! -e "$beside/standby.signal" ] || mv "$beside/standby.signal" "$beside/recovery.signal"
  fi
  swap
  state_put phase=restored "switched=$(date -u +%FT%TZ)" || fail "cannot record the switch to restore $id in $PGN_STATE"
}

# From here on the restore is spent: its files have a server of their own.
claim_restore() {
  [ "$(state_get phase)" = restored ] || return 0
  record_restore && state_put phase=started || fail "cannot record the start of restore $(state_get id) in $PGN_STATE"
}

phase=$(state_get phase)
case $phase in
  '' | restored | started) ;;
  switching) ;;
  *) [ "$(state_get strategy)" = online ] || fail "restore $(state_get id) is unfinished (phase $phase): run the same Restore again, it continues from here" 3 ;;
esac

[ "$(pid_file "$PGN_DATA")" != runs ] || stop_orphan
clear_pid_file

[ "$phase" != switching ] || hand_over

# A new cluster is only made where nothing can be lost by it: an empty place, and a repository without backups.
create_cluster() {
  local kept
  for kept in "$PGN_DATA".kept-* "$PGN_DATA".restore-*; do
    [ -e "$kept" ] && fail "$PGN_DATA is empty but $kept exists: not creating a new cluster over a lost one" 3
  done
  if [ -n "$PGN_STANZA" ]; then
    local info
    info=$(pgbr info --output=json 2>&1) || fail "cannot ask the repository whether it holds backups of this cluster: $info" 3
    case $info in
      *'"label":'*) fail "$PGN_DATA is empty but the repository holds backups of stanza $PGN_STANZA: run Restore instead of starting an empty cluster" 3 ;;
    esac
  fi
  say "creating a PostgreSQL $PGN_VERSION cluster in $PGN_DATA"
  local options=(--username=postgres --auth-local=peer --auth-host=scram-sha-256 --encoding=UTF8 --locale="$PGN_LOCALE")
  # From version 18 on they are on unless they are turned off; older ones do not know the word.
  if [ "$PGN_CHECKSUMS" = true ]; then options+=(--data-checksums); elif [ "$PGN_VERSION" -ge 18 ]; then options+=(--no-data-checksums); fi
  rm -rf "$PGN_DATA.new"
  "$PGN_BIN/initdb" -D "$PGN_DATA.new" "$${options[@]}" >"$PGN_STATE/initdb.log" 2>&1 || { cat "$PGN_STATE/initdb.log" >&2; fail "initdb failed"; }
  keep_empty "$PGN_DATA.new"
  put_mark "$PGN_DATA.new"
  rmdir "$PGN_DATA" 2>/dev/null
  mv -T "$PGN_DATA.new" "$PGN_DATA" || fail "cannot move the new cluster to $PGN_DATA"
}

if [ ! -e "$PGN_DATA/PG_VERSION" ]; then
  [ -z "$(ls -A "$PGN_DATA" 2>/dev/null)" ] || fail "$PGN_DATA holds files but no PostgreSQL cluster: move them away first" 3
  create_cluster
elif ! is_ours; then
  fail "$PGN_DATA holds a cluster that this runbook did not make (system identifier $(control_value "$PGN_DATA" 'Database system identifier')): ./build.sh Import --take-over makes it the runbook's, with its data. $(other_cluster)" 3
fi
put_mark "$PGN_DATA"
found=$(cat "$PGN_DATA/PG_VERSION")
[ "$found" = "$PGN_VERSION" ] || fail "$PGN_DATA is a cluster of PostgreSQL $found, the configuration says $PGN_VERSION" 3

# The server keeps the place that it was started with, so the file must be there; the whole one comes with the first deployment.
settle_conf
[ -e "$conf/pg_hba.conf" ] || { cp "$NOMAD_TASK_DIR/pg_hba.first.conf" "$conf/pg_hba.conf.new" && mv "$conf/pg_hba.conf.new" "$conf/pg_hba.conf"; } ||
  fail "cannot write $conf/pg_hba.conf"

# A standby never takes writes. A recovery that somebody else prepared ends by itself: without its file a restored backup is torn.
case $(state_get phase)/$(state_get strategy) in
  started/online | restored/*) ;;
  *)
    [ ! -e "$PGN_DATA/standby.signal" ] ||
      fail "$PGN_DATA/standby.signal is not the runbook's: with it the server stays a standby and takes no writes. Renamed to recovery.signal it replays what it has and then serves; or use ./build.sh Restore" 3 ;;
esac

run_server() {
  local options=(-c config_file="$NOMAD_TASK_DIR/postgresql.conf" -c hba_file="$conf/pg_hba.conf" -c ident_file="$NOMAD_TASK_DIR/pg_ident.conf")
  claim_restore
  # What an online restore has left to replay, on the way that it was told to follow.
  if [ -e "$PGN_DATA/recovery.signal" ] && [ "$(state_get strategy)" = online ]; then
    options+=(-c recovery_target_timeline="$(state_get timeline)")
    read_configuration "$NOMAD_TASK_DIR/postgresql.conf" "$PGN_DATA/postgresql.auto.conf"
    recovery_room "$PGN_DATA" "$(kept_of "$(state_get id)")"
    options+=("$${room[@]}")
  fi
  # Backends of a killed server end by themselves; what they still write must not meet the next one.
  exec 6>>"$server_lock"
  flock -w 60 6 || fail "processes of the server before this one still run in $PGN_DATA (lock $server_lock): on the node, fuser -v $server_lock names them" 4
  # The data lock stays with this script (9>&-): a process that PostgreSQL leaves behind must not hold off the next restore.
  # A shell in the background has SIGINT ignored; a server that is asked to stop before it has its own handlers must end, too.
  (
    trap - INT TERM QUIT
    record_server
    exec "$PGN_BIN/postgres" -D "$PGN_DATA" "$${options[@]}"
  ) 9>&- &
  server=$!
  exec 6>&-
  [ -z "$told" ] || kill -INT "$server"
  # A signal ends the wait early; only a wait that no signal has ended tells how the server did, even if it ended at once.
  interrupted=1
  while [ -n "$interrupted" ]; do
    interrupted=
    wait "$server"
    code=$?
  done
}

# again_at_once: was it killed while it served, for the first time in ten minutes? Then nothing is gained by waiting for Nomad's delay.
again_at_once() {
  [ "$code" -gt 128 ] && [ "$(sed -n 8p "$PGN_DATA/postmaster.pid" 2>/dev/null | tr -d ' ')" = ready ] || return 1
  [ -z "$killed" ] || [ $((SECONDS - killed)) -gt 600 ] || return 1
  killed=$SECONDS
  say "the server was ended by signal $((code - 128)): starting it again at once"
  flock -w 60 -s "$server_lock" true
  clear_pid_file
}

told='' server='' killed=''
trap 'told=1 interrupted=1; [ -z "$server" ] || kill -INT "$server" 2>/dev/null' INT TERM # fast shutdown, whichever signal asks for it
trap 'told=1 interrupted=1; [ -z "$server" ] || kill -QUIT "$server" 2>/dev/null' QUIT
run_server
# Not told to end, but stopped for the switch, or killed: the next server runs in this same task, since a new one would take its time.
while [ -z "$told" ]; do
  if [ "$(state_get phase)" = switching ]; then
    hand_over
    # No client waits for it, so the rest of the old WAL goes to the archive while the new server serves.
    (archive_rest "$(kept_of "$(state_get id)")") 9>&- &
  elif ! again_at_once; then
    break
  fi
  run_server
done
exit "$code"
EOT
      }

      template {
        destination = "local/holder.sh"
        perms       = "755"
        change_mode = "noop"
        data        = <<EOT
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
  printf '%s\n' "pid=$1" "namespace=$(readlink /proc/self/ns/pid)" "job=$${NOMAD_JOB_ID:-$${NOMAD_JOB_NAME:-}}" "allocation=$${NOMAD_ALLOC_ID:-}"
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
  { echo "script=$${0##*/}"; where_am_i $$; } >"$data_lock"
}

# take_over SECONDS: holds the data; a server of this same job that still holds it has lost its task, as Nomad runs one at a time,
# and is asked for a fast shutdown (by SIGTERM: its task may have been started with SIGINT ignored). Elsewhere than in our PID namespace only its own server can pass that on.
take_over() {
  local deadline=$((SECONDS + $1)) pid
  exec 9>>"$data_lock"
  # Also the server of an allocation that is just being stopped: a second request of the same does it no harm.
  until flock -w 3 9; do
    [ "$SECONDS" -lt "$deadline" ] || fail "$(holder) holds $PGN_DATA (lock $data_lock)" 4
    [ "$(value_in "$data_lock" script)" = serve.sh ] && [ "$(value_in "$data_lock" job)" = "$${NOMAD_JOB_ID:-$${NOMAD_JOB_NAME:-}}" ] || continue
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
  { echo "script=$${0##*/}"; where_am_i $$; } >"$data_lock"
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
  if [ ! -e "$server_file" ] && [ -z "$${holding:-}" ] && data_held; then echo runs; return; fi
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
  echo "process $pid, started $(date -u -d "@$(sed -n 3p "$file")" +'%F %TZ' 2>/dev/null || echo at an unknown time), port $${port:-unknown}, socket folder $${socket:-none}: $answer"
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
    echo "Debian's cluster $name: pg_ctlcluster $${name/\// } stop as root on the node stops it and clears the file, pg_dropcluster --stop $${name/\// } removes it with its data"
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
    echo "Debian's own cluster $name, if it is not needed: pg_dropcluster --stop $${name/\// } as root on the node removes it"
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
EOT
      }

      template {
        destination = "local/handover.sh"
        perms       = "755"
        change_mode = "noop"
        data        = <<EOT
# What passes from the old data directory to the new one: its last WAL, and its place. For the restore, and for the server's own
# task, which does it between two servers when the restore was online.

# archive_rest DIRECTORY: WAL that its stopped server had not archived yet would be lost to the archive, committed rows with it.
# Leaves the number of segments that could not be archived in $left.
archive_rest() {
  local ready wal
  left=0
  for ready in "$1"/pg_wal/archive_status/*.ready; do
    [ -e "$ready" ] || continue
    wal=$(basename "$ready" .ready)
    if pgbr archive-push --pg1-path="$1" --no-archive-async "$1/pg_wal/$wal" --log-level-console=warn; then
      mv "$ready" "$${ready%.ready}.done"
      say "archived $wal, which the server had left"
    else
      left=$((left + 1))
    fi
  done
  # A killed server leaves the segment it was writing: neither marked as ready nor archived. A damaged control file does not tell.
  case $(control_value "$1" 'Database cluster state' || { [ ! -e "$1/global/pg_control" ] || echo unknown; }) in
    '' | 'shut down' | 'shut down in recovery') ;;
    *)
      left=$((left + 1))
      say "warning: the server had not stopped cleanly: what it wrote last was never handed to the archive" ;;
  esac
}

# offer_wal DIRECTORY: segments that are only there are offered to the recovery of the copy: PostgreSQL looks into the copy's own
# pg_wal after the archive.
offer_wal() {
  local name
  [ "$1" != "$beside" ] && [ -d "$1/pg_wal" ] && [ -d "$beside/pg_wal" ] || return 0
  for name in $(local_wal "$1"); do
    cp "$1/pg_wal/$name" "$beside/pg_wal/$name.offered" && mv "$beside/pg_wal/$name.offered" "$beside/pg_wal/$name" &&
      say "offering $name, which is only on this disk, to recovery"
  done
}

# Two renames. Killed before, between or behind them it can be run again.
swap() {
  if [ "$beside" != "$PGN_DATA" ] && [ -e "$beside" ]; then
    if [ -e "$PGN_DATA" ] && ! rmdir "$PGN_DATA" 2>/dev/null; then
      [ ! -e "$kept" ] || fail "$kept exists already: not overwriting it"
      mv -T "$PGN_DATA" "$kept" || fail "cannot rename $PGN_DATA"
      say "kept the previous data directory as $kept"
    fi
    mv -T "$beside" "$PGN_DATA" || fail "cannot rename $beside to $PGN_DATA"
    sync "$(dirname "$PGN_DATA")"
  fi
  [ -e "$PGN_DATA/PG_VERSION" ] || fail "$PGN_DATA is missing after the swap"
}

# read_configuration FILE...: their settings, into $configured; of several values the last counts. Without a process for each line.
declare -A configured=() room_most=()
read_configuration() {
  local file line name value
  configured=()
  for file; do
    [ -r "$file" ] || continue
    while IFS= read -r line || [ -n "$line" ]; do
      ! setting_of "$line" || configured[$name]=$value
    done <"$file"
  done
}

# recovery_room DIRECTORY...: recovery refuses to run with less of these than the server had that wrote the WAL. The highest value that
# the configuration or the control file of a directory asks for, as options, into $room; never less than it was before.
# https://www.postgresql.org/docs/current/hot-standby.html#HOT-STANDBY-ADMIN
recovery_room() {
  local directory line name value entry pattern='^(max_[a-z_]+) setting: +([0-9]+)$'
  local -A asked=()
  for directory; do
    while IFS= read -r line; do
      [[ $line =~ $pattern ]] && [ "$${BASH_REMATCH[2]}" -gt "$${asked[$${BASH_REMATCH[1]}]:--1}" ] && asked[$${BASH_REMATCH[1]}]=$${BASH_REMATCH[2]}
    done < <(control "$directory")
  done
  room=()
  for entry in max_connections:max_connections:100 max_worker_processes:max_worker_processes:8 max_wal_senders:max_wal_senders:10 \
    max_prepared_transactions:max_prepared_xacts:0 max_locks_per_transaction:max_locks_per_xact:64; do
    name=$${entry%%:*}
    value=$${entry#*:}
    for value in "$${entry##*:}" "$${configured[$name]:-}" "$${asked[$${value%%:*}]:-}"; do
      [[ ! $value =~ ^[0-9]{1,9}$ ]] || [ "$value" -le "$${room_most[$name]:--1}" ] || room_most[$name]=$value
    done
    room+=(-c "$name=$${room_most[$name]}")
  done
}
EOT
      }

      template {
        destination = "local/archive-get.sh"
        perms       = "755"
        change_mode = "noop"
        data        = <<EOT
#!/bin/bash
# restore_command. PostgreSQL takes every failure of it up to exit code 125 for "the archive ends here" and promotes:
# a repository that dies during recovery would silently end it early. So only "no such segment" (1) is passed on;
# after a few tries everything else ends with a code above 125, which stops the server instead.
# A pgBackRest that stays behind must not hold the lock by which the end of the server is known.
exec 6>&-
# The working directory is that of the server, live or beside: pgBackRest insists that it is pg1-path.
for try in 1 2 3; do
  pgbackrest --stanza="$PGN_STANZA" --pg1-path="$PWD" archive-get "$1" "$2"
  code=$?
  # For who waits for the end of the WAL (staging.sh): what the archive lacked since it last had something.
  case $code in
    0) [ ! -e "$PGN_STATE/archive.missed" ] || : >"$PGN_STATE/archive.missed"; exit 0 ;;
    1) [ ! -e "$PGN_STATE/archive.missed" ] || echo "$1" >>"$PGN_STATE/archive.missed"; exit 1 ;;
  esac
  echo "archive-get $1: pgbackrest ended with $code (try $try of 3)" >&2
  [ "$try" = 3 ] || sleep 5
done
echo "archive-get $1: the repository does not answer; recovery stops here and can be started again" >&2
exit 200
EOT
      }

      template {
        destination = "local/postgresql.conf"
        perms       = "644"
        change_mode = "noop"
        data        = <<EOT
# Rendered; change the configuration, not this file.
listen_addresses = '*'
port = 5432
unix_socket_directories = '/var/run/postgresql'
unix_socket_permissions = 0770
password_encryption = 'scram-sha-256'
# A task's /dev/shm has 64 MB, too little for a parallel hash join.
dynamic_shared_memory_type = 'sysv'

wal_level = 'replica'
hot_standby = on
archive_mode = on
# 6>&-: a pgBackRest that stays behind must not hold the lock by which the end of the server is known.
archive_command = 'pgbackrest --stanza=db-primary archive-push "%p" 6>&-'
restore_command = '/bin/bash "$NOMAD_TASK_DIR"/archive-get.sh %f "%p"'

# Standard error is what Nomad keeps and shows.
log_destination = 'stderr'
logging_collector = off
log_line_prefix = '%m [%p] %q%u@%d '
log_checkpoints = on

# Those of postgres.settings that need a restart; the last value of a name wins.
shared_buffers = '1GB'
shared_preload_libraries = 'pg_stat_statements'

# The others: on the data volume, so that a running server can take them over. Not there before the first deployment has come so far.
include_if_exists = '/var/lib/postgresql/15/main.runbook/conf/reload.conf'
EOT
      }

      template {
        destination = "local/pg_hba.first.conf"
        perms       = "644"
        change_mode = "noop"
        data        = <<EOT
# Rendered; change the configuration, not this file. Until the first deployment has delivered the whole file nobody but the
# superuser gets in, for those whom pg_ident.conf names.
local  all          postgres               peer map=operator
local  replication  postgres               peer map=operator
EOT
      }

      template {
        destination = "local/pg_ident.conf"
        perms       = "644"
        change_mode = "noop"
        data        = <<EOT
# Rendered; change the configuration, not this file.
operator  root  postgres
operator  postgres  postgres
EOT
      }

      template {
        destination = "local/lib.sh"
        perms       = "755"
        change_mode = "noop"
        data        = <<EOT
# Shared by every script that runs on the node. Each job carries its own copy, so that what ran can be read in the job.
# Input: the PGN_* environment of the job. Nothing here prints a secret.

set -u -o pipefail
# Nomad 2.0 passes its own SIGPIPE on to a task after a restart of the agent. Ignored here, it is ignored in all that we start;
# PostgreSQL and pgBackRest ignore it anyway. https://github.com/hashicorp/nomad/issues/27815
trap '' PIPE
umask 077

# The environment of the Nomad agent leaks into its tasks; a stray PGHOST would send us to another server.
for name in "$${!PG@}"; do
  case $name in PGN_* | PGBACKREST_CONFIG) ;; *) unset "$name" ;; esac
done
unset name

say() { printf '%s\n' "$*"; }
fail() { printf 'error: %s\n' "$1" >&2; exit "$${2:-1}"; }

# keep_empty DIRECTORY: a copy of a cluster that is still empty. New settings are tried on it, and making one takes seconds.
keep_empty() {
  [ "$(cat "$PGN_STATE/empty/PG_VERSION" 2>/dev/null)" != "$PGN_VERSION" ] || return 0
  rm -rf "$PGN_STATE/empty" "$PGN_STATE/empty.new"
  { cp -a "$1" "$PGN_STATE/empty.new" && mv "$PGN_STATE/empty.new" "$PGN_STATE/empty"; } || rm -rf "$PGN_STATE/empty.new"
}

# refuse_strange WHAT VALUE CHARACTERS: what comes with a dispatch comes from whoever may dispatch. It becomes a part of paths and lines.
refuse_strange() { case $2 in '' | .* | *[!$3]*) fail "$1 is empty or holds an unexpected character" 2 ;; esac; }

# A line feed in one would begin a line of its own where files and answers are read line by line.
for name in "$${!NOMAD_META_@}"; do
  case $${!name} in *[[:cntrl:]]*) fail "the meta $${name#NOMAD_META_} holds a control character" 2 ;; esac
done
unset name

state_file=$PGN_STATE/restore
progress_file=$PGN_STATE/progress
# Who holds the scheduled backups back, since when and why; not there while they run.
pause_file=$PGN_STATE/paused
secrets=$PGN_STATE/secrets
# Where a restored copy can be asked before it is in place: a folder that only the owner of the data may enter.
staging=$PGN_SOCKET/restore

# plain_secrets FILE: does it set keys and passphrases alone, each once? Nomad puts values there as they are: one with a line feed would set any
# option of pgBackRest, and so run a command.
plain_secrets() {
  local line names=' '
  [ -f "$1" ] || return 0
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in '' | '[global]') continue ;; esac
    [[ $line =~ ^repo[0-9]+-(s3-key|s3-key-secret|azure-key|cipher-pass)= && $names != *" $${BASH_REMATCH[0]} "* ]] || return 1
    names+="$${BASH_REMATCH[0]} "
  done <"$1"
}

# include_path FOLDER: the keys of the repositories: rendered by Nomad for this task alone, or delivered to this folder, or some of either.
include_path() {
  local delivered=$1/pgbackrest.d rendered=$${NOMAD_SECRETS_DIR:-}/pgbackrest-secrets.conf both=$NOMAD_TASK_DIR/pgbackrest.d/$${1##*/}
  if [ ! -f "$rendered" ] || ! plain_secrets "$rendered"; then
    echo "$delivered"
  elif [ ! -f "$delivered/repository.conf" ]; then
    echo "$NOMAD_SECRETS_DIR"
  else
    # pgBackRest includes one folder: links, so that what is delivered or rendered anew is seen.
    mkdir -p "$both" && ln -sfn "$rendered" "$delivered/repository.conf" "$both/"
    echo "$both"
  fi
}
export PGBACKREST_CONFIG_INCLUDE_PATH
PGBACKREST_CONFIG_INCLUDE_PATH=$(include_path "$secrets")

# What a running server takes over without a restart: settings, and who may connect.
conf=$PGN_STATE/conf

# A delivery that was killed before it was checked is taken back.
settle_conf() {
  local before
  for before in "$conf"/*.before; do
    [ ! -e "$before" ] || mv "$before" "$${before%.before}" || fail "cannot move $before back"
  done
}

make_folders() {
  mkdir -p "$PGN_STATE/restores" "$PGN_STATE/schedules" "$PGN_STATE/pgbackrest/lock" "$PGN_STATE/pgbackrest/spool" \
    "$secrets/passwords" "$secrets/pgbackrest.d" "$secrets/tls" "$conf" "$PGN_LOG/pgbackrest" ||
    fail "cannot create folders under $PGN_STATE and $PGN_LOG as $(id -un): the volumes must belong to $PGN_USER"
}

# value_in FILE KEY: the first value of this key; empty where there is none. Asked for often: it starts no process.
value_in() {
  local line
  [ -f "$1" ] || return 0
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in "$2="*) printf '%s\n' "$${line#*=}"; return 0 ;; esac
  done 2>/dev/null <"$1"
  return 0
}

# state_get KEY: one value of the restore under way; empty when there is none.
state_get() { value_in "$state_file" "$1"; }

# state_put KEY=VALUE...: replaces the given keys. Written beside and renamed: a kill leaves the old state or the new one.
state_put() {
  local line pair others=()
  if [ -f "$state_file" ]; then
    while IFS= read -r line || [ -n "$line" ]; do
      for pair in "$@"; do [ "$${line%%=*}" != "$${pair%%=*}" ] || continue 2; done
      others+=("$line")
    done <"$state_file" || return
  fi
  printf '%s\n' "$${others[@]}" "$@" >"$state_file.new"
  state_commit
}

# state_begin KEY=VALUE...: the state of another restore, in place of whatever was there.
state_begin() { printf '%s\n' "$@" >"$state_file.new" && state_commit; }

state_commit() { sync "$state_file.new" && mv "$state_file.new" "$state_file" && sync "$PGN_STATE"; }

# An id that is recorded never runs again. Whoever comes first records it: the restore, or, where that was killed behind its
# last rename, the server that starts on its files.
record_restore() {
  local record
  record=$PGN_STATE/restores/$(state_get id)
  [ -e "$record" ] && return
  { cat "$state_file"; printf 'finished=%s\n' "$(date -u +%FT%TZ)"; } >"$record.new" && mv "$record.new" "$record" && sync "$PGN_STATE/restores"
}

# The restore under way, in the form that the runbook reads.
restore_facts() { [ ! -f "$state_file" ] || sed 's/^\([a-z]*\)=/fact restore.\1 /' "$state_file"; }

pause_facts() { [ ! -f "$pause_file" ] || sed 's/^\([a-z]*\)=/fact paused.\1 /' "$pause_file"; }

pause_value() { value_in "$pause_file" "$1"; }

# The directories of a restore. In place, the live directory itself becomes the copy.
copy_of() { if [ "$(state_get strategy)" = in-place ]; then echo "$PGN_DATA"; else echo "$PGN_DATA.restore-$1"; fi; }
kept_of() { echo "$PGN_DATA.kept-$1"; }
tablespaces_of() { echo "$PGN_DATA.tablespaces/$1"; }

# One restore at a time, also where the server goes on serving and holds the data itself; and none beside a backup.
hold_restore() {
  exec 8>"$PGN_STATE/restore.lock"
  flock -w "$1" 8 && return
  [ ! -e "$PGN_STATE/backup.lock" ] || flock -n "$PGN_STATE/backup.lock" true || fail "a backup is running: no restore at the same time (lock $PGN_STATE/backup.lock)" 4
  fail "another restore is running (lock $PGN_STATE/restore.lock)" 4
}

# hold_backup SECONDS: one backup at a time, whoever began it, and none beside a restore. It waits so long for the one before it,
# where pgBackRest itself would fail (50). The lock is held until the last process of the backup has ended.
hold_backup() {
  local limit=$1 lock
  exec 7>"$PGN_STATE/backup.lock"
  if ! flock -n 7; then
    say "another backup is running: waiting for it to end, for $limit s at most"
    flock -w "$limit" 7 || fail "another backup is still running after $limit s (lock $PGN_STATE/backup.lock)" 4
  fi
  # One that was begun by hand holds no lock but pgBackRest's own.
  for lock in "$PGN_STATE/pgbackrest/lock/$PGN_STANZA-backup"*.lock; do
    [ -e "$lock" ] && ! flock -n "$lock" true || continue
    say "another pgbackrest is running: waiting for it to end, for $limit s at most"
    flock -w "$limit" "$lock" true || fail "another pgbackrest is still running after $limit s (lock $lock)" 4
  done
  exec 8>"$PGN_STATE/restore.lock"
  refuse_during_restore
  flock -s -n 8 || fail "a restore is running: no backup at the same time (lock $PGN_STATE/restore.lock)" 3
}

# refuse_during_restore [WHAT]: until the restored server has been started there is nothing sensible to back up, and nothing to spare.
refuse_during_restore() {
  case $(state_get phase) in
    '' | started) ;;
    *) fail "restore $(state_get id) is unfinished (phase $(state_get phase)): $${1:-no backup} before Revert" 3 ;;
  esac
}

# What decides in a session how names are resolved, what is loaded, who it is and how long it may take, the owner of a database sets for
# everybody who opens it (ALTER DATABASE ... SET). Our sessions are a superuser's: they take none of that, and no timeout of the configuration;
# nor do their commits wait for a standby.
session_options='-c search_path=pg_catalog -c role=none -c local_preload_libraries= -c session_preload_libraries=
 -c default_transaction_isolation=read\ committed -c default_transaction_read_only=off -c default_transaction_deferrable=off
 -c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0 -c client_encoding=UTF8
 -c standard_conforming_strings=on -c synchronous_commit=local'
session_options=$${session_options//$'\n'/}
[ "$PGN_VERSION" -lt 14 ] || session_options+=' -c idle_session_timeout=0'
[ "$PGN_VERSION" -lt 17 ] || session_options+=' -c event_triggers=off -c transaction_timeout=0'

# By the environment, where a command that has no processes to spread ignores it; 0 is as many as the node has cores.
export PGBACKREST_PROCESS_MAX=$PGN_PROCESS_MAX
[ "$PGBACKREST_PROCESS_MAX" -gt 0 ] || PGBACKREST_PROCESS_MAX=$(nproc)

# Passwords and keys that others on this node could read: nothing is done with them before that is mended.
refuse_open_secrets() {
  local open
  open=$(find "$secrets" ! -type l -perm /077 -print -quit 2>/dev/null)
  [ -z "$open" ] || fail "others on this node may read $open (mode $(stat -c %a "$open")): chmod -R go= $secrets, and change what was in it" 3
  plain_secrets "$${NOMAD_SECRETS_DIR:-}/pgbackrest-secrets.conf" ||
    fail "a key or passphrase that Nomad puts in (pgbackrest.repositories) has several lines: each must have one" 3
}

# pgbr ...: pgBackRest for our stanza, under the program that $within names, mostly none.
within=''
pgbr() { refuse_open_secrets; PGOPTIONS=$session_options $within pgbackrest --stanza="$PGN_STANZA" "$@"; }

# pgbr_soon ...: the same for a question that everything waits for. A storage that hangs (a dead NFS server, a long ioTimeout) must not take
# the commands away that need none.
repository_limit=60
pgbr_soon() {
  local code=0 within="timeout -k 5 $repository_limit"
  pgbr "$@" || code=$?
  [[ $code != 124 && $code != 137 ]] || echo "it did not answer within $repository_limit s"
  return "$code"
}

# A task of before there could be several knows of one.
repositories=$${PGN_REPOSITORIES-1}

# in_repositories "NUMBERS" COMMAND...: in each of them, the others also where one fails; ends with the code of the first failure.
in_repositories() {
  local numbers=$1 number code first=0
  shift
  for number in $numbers; do
    pgbr "$@" --repo="$number" && continue
    code=$?
    say "repository $number: pgbackrest $1 ended with $code"
    [ "$first" != 0 ] || first=$code
  done
  return "$first"
}

# sets: label, start in seconds and type of each set in what `pgbackrest info` says in JSON on standard input, oldest first.
sets() {
  sed 's/"label":"/\n&/g' |
    sed -n 's/^"label":"\([^"]*\)".*"timestamp":{"start":\([0-9]*\),"stop":[0-9]*},"type":"\([a-z]*\)".*/\1 \2 \3/p'
}

# needless TYPE DUE: of the sets on standard input the first one that began when this backup was due, or later, and holds all that
# it would hold. A full backup is never needless.
needless() {
  local label began type
  while read -r label began type; do
    [ "$began" -ge "$2" ] || continue
    case $1/$type in incr/* | diff/full | diff/diff) echo "$label"; return ;; esac
  done
  return 1
}

# back_up TYPE "NUMBERS" LEVEL [DUE]: takes a backup in each of these repositories, the others also where one fails; ends with the
# code of the first failure. What was due at a time, in seconds, is left out where a set that began since makes it needless.
back_up() {
  local number info label code first=0
  for number in $2; do
    if [ "$1" != full ]; then
      info=$(pgbr info --output=json --repo="$number")
      if [ -n "$${4:-}" ] && label=$(sets <<<"$info" | needless "$1" "$4"); then
        skipped="set $label holds it"
        say "repository $number: skipped, set $label began when this backup was due, or later, and holds all of it"
        continue
      fi
      # pgBackRest's code for a stanza that is well and has no backup.
      ! grep -q '"code":2,' <<<"$info" || say "repository $number: there is no full backup to build on, so this one becomes a full one"
    fi
    code=0
    in_repositories "$number" backup --type="$1" --log-level-console="$3" || code=$?
    [ "$code" != 0 ] || taken=true
    [ "$first" != 0 ] || first=$code
    # Told to stop: the others are not begun any more.
    [ "$code" != 63 ] || break
  done
  return "$first"
}

# repo_ls PATH...: what lies there in any repository. One that does not answer has nothing to show.
repo_ls() {
  local number
  for number in $repositories; do pgbr repo-ls "$@" --repo="$number" 2>/dev/null; done
  return 0
}

# repository_of LABEL: the first one that holds this set, whole.
repository_of() {
  local number
  for number in $repositories; do
    pgbr repo-ls "backup/$PGN_STANZA/$1" --repo="$number" 2>/dev/null | grep -qx backup.manifest && echo "$number" && return
  done
  return 1
}

# superuser SOCKET-FOLDER DATABASE ARGUMENT...: psql. The database by the environment: in -d a name that holds a = is an address of a server.
superuser() {
  PGOPTIONS=$session_options PGDATABASE=$2 PGCONNECT_TIMEOUT=30 \
    "$PGN_BIN/psql" -X -q -v ON_ERROR_STOP=1 -h "$1" -p "$PGN_PORT" -U postgres "$${@:3}"
}

# ask SOCKET-FOLDER SQL [DATABASE]: one statement as the superuser. Without a database: in `postgres`, or in template1 where that was dropped.
ask() {
  local reason code=0
  if [ -n "$${3:-}" ]; then
    ask_in "$3" "$1" "$2"
    return
  fi
  { reason=$(ask_in postgres "$1" "$2" 2>&1 >&3) || code=$?; } 3>&1
  [ "$code" = 0 ] || { [ "$code" = 2 ] && ask_in template1 "$1" "$2" 2>/dev/null && return; }
  [ -z "$reason" ] || printf '%s\n' "$reason" >&2
  return "$code"
}
ask_in() { superuser "$2" "$1" -At -c "$3"; }
query() { ask "$PGN_SOCKET" "$@"; }

# databases SOCKET-FOLDER: the names of those that allow connections, in hexadecimal, since a name may hold anything. One that an
# interrupted DROP DATABASE left (connection limit -2) is none of them.
databases() { ask "$1" "select encode(convert_to(datname::text, getdatabaseencoding()), 'hex') from pg_database where datallowconn and datconnlimit <> -2"; }
# from_hex VARIABLE HEX: not printed, since a name may end with a line feed.
from_hex() {
  local i escaped=''
  for ((i = 0; i < $${#2}; i += 2)); do escaped+=\\x$${2:i:2}; done
  printf -v "$1" '%b' "$escaped"
}

# ours NAME VALUE: a setting that only the configuration decides: where the server listens, where its files are, how it recovers, what
# it archives, and which commands and libraries it runs.
ours() {
  case $1 in
    include | include_if_exists | include_dir | port | listen_addresses | unix_socket_directories | unix_socket_permissions | unix_socket_group | \
      data_directory | config_file | hba_file | ident_file | external_pid_file | archive_mode | archive_command | archive_library | \
      archive_cleanup_command | restore_command | recovery_end_command | recovery_min_apply_delay | recovery_target* | primary_conninfo | \
      primary_slot_name | promote_trigger_file | ssl_passphrase_command*) ;;
    wal_level) [ "$2" = minimal ] ;;
    logging_collector | plperl.on_*init | pltcl*.start_proc) ;;
    *_preload_libraries | dynamic_library_path | jit_provider | extension_control_path | oauth_validator_libraries) [[ $2 == */* ]] ;;
    *) return 1 ;;
  esac
}

# setting_of LINE: one line of postgresql.auto.conf, into $name and $value; fails for a blank, a comment, and what is no setting (then
# $name is empty, too, but $line is not).
setting_of() {
  local quoted="^'(([^']|'')*)'[[:space:]]*(#.*)?\$" plain="^([A-Za-z0-9_.:/+-]+)[[:space:]]*(#.*)?\$" rest
  name='' value=''
  [[ $1 =~ ^[[:space:]]*([A-Za-z_][A-Za-z0-9_.$]*)[[:space:]]*=?[[:space:]]*(.*)$ ]] || return
  rest=$${BASH_REMATCH[2]}
  name=$${BASH_REMATCH[1],,}
  if [[ $rest =~ $quoted ]] || [[ $rest =~ $plain ]]; then value=$${BASH_REMATCH[1]//"''"/"'"}; else name=''; return 1; fi
  # PostgreSQL reads \057 as a slash; it writes only a backslash so.
  case $${value//'\\'/} in *\\*) name='' value=''; return 1 ;; esac
  value=$${value//'\\'/\\}
}

# password_file ROLE: a role may have any name, one with a / or with the .new of a file that is being written too: each byte but letters,
# digits, _ and - as %XX.
password_file() {
  local LC_ALL=C i char code name=''
  for ((i = 0; i < $${#1}; i++)); do
    char=$${1:i:1}
    case $char in
      [A-Za-z0-9_-]) ;;
      *) printf -v code %d "'$char" && printf -v char '%%%02X' $((code & 255)) ;;
    esac
    name+=$char
  done
  printf '%s' "$secrets/passwords/$name"
}

# former_password_file ROLE: the file in which an earlier runbook keeps it, named by the role as it is; nothing where there is none.
former_password_file() {
  case $1 in . | .. | */*) return ;; esac
  local former=$secrets/passwords/$1
  # One that reads as an encoded name is the file of another role.
  [ "$former" = "$(password_file "$1")" ] || [ ! -f "$former" ] || [ "$(role_of "$former")" != "$1" ] || printf '%s' "$former"
}

# role_of FILE: whose password it holds.
role_of() {
  local name=$${1##*/}
  if [[ $name =~ ^([A-Za-z0-9_-]|%[0-9A-F]{2})+$ ]]; then printf '%b' "$${name//%/\\x}"; else printf '%s' "$name"; fi
}

# control DIRECTORY: what its control file says. A damaged one is warned of and printed all the same, zeros and all: it says nothing.
control() {
  local said
  said=$(LC_ALL=C "$PGN_BIN/pg_controldata" -D "$1" 2>&1) && [[ $${said,,} != *warning:* ]] && printf '%s\n' "$said"
}
control_value() {
  local said
  said=$(control "$1") && sed -n "s/^$2: *//p" <<<"$said"
}

# A WAL position such as 0/3000028 as a number.
position() { echo $((16#$${1%/*} * 4294967296 + 16#$${1#*/})); }

# written FILE SEGMENT: a segment that PostgreSQL has set aside for later use carries the name of a position to come and pages
# of one long past: the address in its first page (PostgreSQL's XLogPageHeaderData, 8 bytes at offset 8) tells them apart.
written() {
  local address size
  size=$(stat -c %s "$1")
  address=$(od -An -t u8 -j 8 -N 8 "$1" | tr -d ' ')
  [ "$address" = $((16#$${2:8:8} * 4294967296 + 16#$${2:16:8} * size)) ]
}

# local_wal DIRECTORY: names of the segments in it that never reached the archive.
local_wal() {
  local wal name
  for wal in "$1"/pg_wal/*; do
    name=$${wal##*/}
    case $name in *[!0-9A-F]*) continue ;; esac
    [ $${#name} = 24 ] && [ ! -e "$1/pg_wal/archive_status/$name.done" ] && written "$wal" "$name" && echo "$name"
  done
}
EOT
      }

      template {
        destination = "local/pgbackrest.conf"
        perms       = "644"
        change_mode = "noop"
        data        = <<EOT
# Rendered; change the configuration, not this file. Secrets come from the files of the include path.
[global]
repo1-type=s3
repo1-path=/pgbackrest
repo1-s3-endpoint=account.r2.cloudflarestorage.com
repo1-s3-bucket=postgres-backups
repo1-s3-region=auto
repo1-s3-uri-style=host
repo1-storage-verify-tls=y
repo1-cipher-type=aes-256-cbc
repo1-bundle=y
repo1-retention-full-type=count
repo1-retention-full=4
repo2-type=posix
repo2-path=/var/lib/pgbackrest
repo2-bundle=y
repo2-retention-full-type=time
repo2-retention-full=14
compress-type=zst
start-fast=y
archive-async=y
# A dead repository must be an error soon: each retry multiplies the wait, and PostgreSQL retries by itself.
io-timeout=6
job-retry=0
# On the volumes: a task under exec has a root of its own, where a lock would lock nobody out.
lock-path=/var/lib/postgresql/15/main.runbook/pgbackrest/lock
spool-path=/var/lib/postgresql/15/main.runbook/pgbackrest/spool
log-path=/var/log/postgresql/pgbackrest
log-level-file=info

[db-primary]
pg1-path=/var/lib/postgresql/15/main
pg1-port=5432
pg1-socket-path=/var/run/postgresql
pg1-user=postgres
EOT
      }
    }
  }
}
