job "pgbackrest-restore" {
  datacenters = ["dc1"]
  region      = "global"
  namespace   = "default"
  type        = "batch"

  parameterized {
    payload       = "forbidden"
    meta_required = ["id", "set", "target"]
    meta_optional = ["source", "value", "exclusive", "timeline", "strategy", "pause", "expect", "operator"]
  }

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

  group "restore" {
    count = 1

    # One try: what failed is looked at before it runs again.
    restart {
      attempts = 0
      mode     = "fail"
    }

    reschedule {
      attempts  = 0
      unlimited = false
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

    task "restore" {
      driver = "exec"
      user   = "postgres"

      config {
        # The init reaps what pgBackRest leaves behind; were the server PID 1, it would take that for a crash.
        # A signal must reach the whole group: pgBackRest leaves workers behind otherwise.
        command = "/usr/bin/tini"
        args    = ["-s", "-g", "--", "/bin/bash", "${NOMAD_TASK_DIR}/restore.sh"]
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

      # The staged server stops in this time.
      kill_timeout = "30s"

      resources {
        cpu    = 1000
        memory = 1024
      }

      template {
        destination = "local/restore.sh"
        perms       = "755"
        change_mode = "noop"
        data        = <<EOT
#!/bin/bash
# One restore: a copy of a set, or a kept directory, is recovered by a staged server and then takes the place of the live data
# directory by rename. Input: NOMAD_META_id, _set (a label, or the id of a kept directory), _source, _target (immediate, latest,
# time, lsn, xid, name, end), _value, _exclusive, _timeline, _strategy (beside, online, in-place), _pause, _expect, _operator.
# Killed anywhere, the same id goes on; an id that has finished never runs again, whatever re-creates its job. What it prints is
# what the operator sees.
. "$NOMAD_TASK_DIR/lib.sh"
. "$NOMAD_TASK_DIR/holder.sh"
. "$NOMAD_TASK_DIR/handover.sh"

id=$NOMAD_META_id set=$NOMAD_META_set target=$NOMAD_META_target
value=$${NOMAD_META_value:-} exclusive=$${NOMAD_META_exclusive:-} timeline=$${NOMAD_META_timeline:-} expect=$${NOMAD_META_expect:-}
source=$${NOMAD_META_source:-repository} strategy=$${NOMAD_META_strategy:-beside} pause=$${NOMAD_META_pause:-false}
for word in "$id" "$set" "$target" "$source" "$${timeline:-0}" "$strategy" "$pause"; do
  refuse_strange 'the id, set, target, source, timeline, strategy or pause of the restore' "$word" A-Za-z0-9_.-
done
# They are calculated with, and the arithmetic of a shell executes what it finds in an index.
[ -z "$expect" ] || refuse_strange 'the expected end of the WAL' "$expect" 0-9A-F/
[ "$target" != lsn ] || refuse_strange 'the target position' "$value" 0-9A-Fa-f/
case $value in *[$'\n\r\'\\']*) fail "the target $target holds an unexpected character" 2 ;; esac
case $target in immediate | latest | end | time | lsn | xid | name) ;; *) fail "unknown target $target" 2 ;; esac
case $strategy in beside | online | in-place) ;; *) fail "unknown strategy $strategy" 2 ;; esac

make_folders
if [ -e "$PGN_STATE/restores/$id" ]; then
  say "restore $id has already run ($(value_in "$PGN_STATE/restores/$id" finished)): nothing to do"
  exit 0
fi
hold_restore 30
if [ "$strategy" != online ]; then
  hold_data 30
  # In place, a staged server of the restore before this one may have left its own.
  [ "$(sed -n 5p "$PGN_DATA/postmaster.pid" 2>/dev/null)" = "$staging" ] || clear_pid_file
fi

# phase NAME [KEY=VALUE...]: recorded before the step, so that who comes after a kill knows where to go on.
# Who plans the next restore wants to know how long this one worked; what it waited for is not counted.
mark=0
phase() {
  local name=$1 worked
  shift
  worked=$(($(state_get worked) + SECONDS - mark)) mark=$SECONDS
  state_put "phase=$name" "updated=$(date -u +%FT%TZ)" "worked=$worked" "$@"
}

open_restore() {
  local other head=''
  other=$(state_get id)
  if [ "$other" = "$id" ]; then
    # What the run before it did until it was killed is not known.
    state_put resumed=true
    case $(state_get phase) in
      recovering | paused) # another target, further on: the staged server goes on to it
        phase recovering "target=$target" "value=$value" "exclusive=$exclusive" "pause=$pause" "expect=$expect" \
          "accept=$([ "$(state_get target)$(state_get value)" = "$target$value" ] && state_get accept)" ;;
    esac
    return
  fi
  case $(state_get phase) in
    '' | started) ;;
    archiving | copying | recovering | paused | ready) # superseded before it touched the live directory
      # What Undo has moved is nobody's head start: it is the only copy of those rows.
      [ "$(state_get source)" = repository ] && [ "$source" = repository ] || [ "$(state_get source)" = "$source" ] ||
        fail "$([ "$(state_get source)" = repository ] && echo "restore $other" || echo "Undo $other") is unfinished: end it first" 3
      if [ "$(state_get strategy)" = in-place ]; then
        [ "$strategy" = in-place ] || fail "restore $other has begun to change $PGN_DATA in place: only a restore with --in-place can continue it" 3
      else
        head=$(copy_of "$other")
        [ -e "$head" ] || head=$(state_get head)
      fi ;;
    restored) # never started: no commit of its own is in it, unless it was kept before
      [ "$(state_get source)/$source/$strategy" != repository/repository/beside ] || head=$PGN_DATA ;;
    *) fail "restore $other is half way through its swap: run it to its end first" 3 ;;
  esac
  rm -f "$progress_file"
  state_begin "id=$id" "source=$source" "set=$set" "target=$target" "value=$value" "exclusive=$exclusive" "timeline=$timeline" \
    "strategy=$strategy" "pause=$pause" "expect=$expect" "operator=$${NOMAD_META_operator:-}" "started=$(date -u +%FT%TZ)" \
    "headid=$other" "head=$head" phase=archiving
}

# The files of a restore that never came to run are a head start for ours. Recorded before they are moved: a kill in
# between must not leave a state that speaks of files which lie elsewhere.
take_head_start() {
  local head former
  head=$(state_get head) former=$(state_get headid)
  [ -n "$head" ] && [ -e "$head" ] && [ ! -e "$beside" ] || return 0
  (beside=$head; stop_staged) || exit
  [ ! -e "$(tablespaces_of "$former")" ] || mv -T "$(tablespaces_of "$former")" "$tablespaces"
  mv -T "$head" "$beside" || fail "cannot move $head"
  say "the files of a restore that was never started are reused"
}

# In place, the copy overwrites what never reached the archive: it is set aside before.
set_wal_aside() {
  local name
  [ "$strategy" = in-place ] && [ ! -e "$stash" ] || return 0
  mkdir -p "$stash.new/pg_wal"
  for name in $(local_wal "$PGN_DATA"); do cp "$PGN_DATA/pg_wal/$name" "$stash.new/pg_wal/" || fail "cannot set $name aside"; done
  mv -T "$stash.new" "$stash"
}

# On a full volume, pgBackRest's own words may find no room in a log either.
if_full() {
  [ "$(df -B1 --output=avail "$PGN_VOLUME" | tail -n 1)" -ge 16777216 ] || echo ": no space left on the data volume"
}

copy_set() {
  local options=(--pg1-path="$beside" --set="$set" --type=default --log-level-console=detail --link-all=n) link number
  # It looks for a set in the first repository that answers, and nowhere else.
  ! number=$(repository_of "$set") || options+=(--repo="$number")
  if [ "$strategy" = in-place ]; then
    # Where they lie now; elsewhere a kept directory might own the place that the set remembers.
    for link in "$beside"/pg_tblspc/*; do [ -L "$link" ] && options+=(--tablespace-map="$${link##*/}=$(readlink "$link")"); done
  fi
  options+=(--tablespace-map-all="$tablespaces")
  options+=(--recovery-option=restore_command="$restore_command")
  if [ -e "$beside/backup.manifest" ] || [ -e "$beside/PG_VERSION" ]; then
    if [ "$strategy" = in-place ] && [ "$(state_get resumed)" != true ]; then
      say "overwriting $beside: files that are the same in the set stay as they are"
    else
      say "continuing the copy in $beside"
    fi
    options+=(--delta)
  else
    rm -rf "$beside"
    mkdir -p "$beside" || fail "cannot create $beside"
  fi
  pgbr restore "$${options[@]}" || fail "pgbackrest restore ended with $?$(if_full); $untouched"
  [ -e "$beside/backup_label" ] || fail "the restored copy has no backup_label"
  rm -f "$beside/$own_settings.aside"
}

# Going back: the kept directory is the copy. Recovery over its own WAL gives it a timeline that nobody else is on.
take_kept() {
  local from
  from=$(kept_of "$source")
  [ ! -e "$from" ] || mv -T "$from" "$beside" || fail "cannot move $from"
  [ -e "$beside/PG_VERSION" ] || fail "the kept directory $from is gone"
  rm -f "$beside/postmaster.pid"
  : >"$beside/recovery.signal" || fail "cannot write to $beside"
}

check_copy() {
  [ "$(cat "$beside/PG_VERSION" 2>/dev/null)" = "$PGN_VERSION" ] || fail "the restored copy is not of PostgreSQL $PGN_VERSION"
  control "$beside" >/dev/null || fail "the restored copy has no readable pg_control"
}

make_copy() {
  if [ "$source" = repository ]; then
    say "restoring set $set into $beside"
    copy_set
  else
    say "going back to the directory that restore $source kept"
    take_kept
  fi
  check_copy
  # A kept directory has its own WAL, and a set's own end lies in the archive.
  [ "$source" = repository ] && [ "$target" != immediate ] || return 0
  case $strategy in in-place) offer_wal "$stash" ;; beside) offer_wal "$PGN_DATA" ;; esac
}

# Stands at the target, open to nobody but the operator, until Accept or a stop.
await_accept() {
  [ "$(state_get pause)" = true ] && [ "$(state_get accept)" != true ] || return 0
  phase paused
  say "fact paused $id"
  until [ "$(state_get accept)" = true ]; do
    staged_runs || recovery_failed
    sleep 0.3
  done
  mark=$SECONDS
  phase recovering
}

# The live server closes what it has written, the copy replays it, and stops behind it: the less there is left for the moment
# in which nobody serves.
catch_up() {
  local end
  end=$(query 'checkpoint; select pg_switch_wal()') || return 0
  local deadline=$((SECONDS + 60))
  until [ "$(position "$replayed")" -ge "$(position "$end")" ] || [ "$SECONDS" -ge "$deadline" ]; do
    staged_runs || recovery_failed
    sleep 0.2
    look_at_recovery
  done
}

recover() {
  stop_staged
  # A copy that was promoted before a kill has nothing left to recover.
  if [ -e "$beside/recovery.signal" ] || [ -e "$beside/standby.signal" ] || [ -e "$beside/backup_label" ]; then
    choose_mode
    start_staged
    follow_recovery
    check_reached
    await_accept
  else
    start_staged
    follow_recovery
  fi
  # Online, `latest` is only reached when the old server has written its last: its own task ends the recovery then.
  if [ "$strategy/$target" = online/latest ]; then catch_up; else promote; fi
  state_put "bytes=$(du -sb "$beside" 2>/dev/null | cut -f 1)"
  stop_staged
  give_settings_back
}

open_restore
beside=$(copy_of "$id") kept=$(kept_of "$id") tablespaces=$(tablespaces_of "$id") stash=$PGN_STATE/wal-$id
untouched="the live directory $PGN_DATA is untouched"
[ "$strategy" != in-place ] || untouched="$PGN_DATA is half way between two states: only the same Restore again mends it"
. "$NOMAD_TASK_DIR/staging.sh"
# The staged server ends with this script; without it, it would hold the copy against the next one.
trap 'stop_staged; exit 143' INT TERM
trap '[ -z "$staged" ] || stop_staged' EXIT

case $(state_get phase) in
  archiving)
    take_head_start
    if [ "$strategy" != online ]; then
      archive_rest "$PGN_DATA"
      state_put "unarchived=$left"
      [ "$left" = 0 ] || say "warning: $left WAL segments could not be archived; they stay in $([ "$strategy" = in-place ] && echo "$stash" || echo "$kept")/pg_wal"
    fi
    set_wal_aside
    phase copying ;;
esac
case $(state_get phase) in
  copying)
    stop_staged
    make_copy
    phase recovering ;;
  # It has served on since: what the copy has not seen yet is fetched before the switch.
  ready) [ "$target" != latest ] || phase recovering ;;
esac
case $(state_get phase) in
  recovering | paused)
    recover
    if [ "$strategy" = online ]; then phase ready; else phase swapping; fi ;;
esac
case $(state_get phase) in
  ready)
    say "restore $id: the copy is ready, the server may be switched to it"
    restore_facts
    exit ;;
  swapping)
    swap
    [ "$(state_get unarchived)" != 0 ] || rm -rf "$stash"
    phase restored ;;
esac
[ "$(state_get phase)" = restored ] || fail "restore $id is in phase $(state_get phase)"
record_restore || fail "cannot record restore $id in $PGN_STATE/restores"
say "restore $id: $([ "$source" = repository ] && echo "set $set" || echo "kept directory $source") is in place, the server can be started"
restore_facts
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
        destination = "local/staging.sh"
        perms       = "755"
        change_mode = "noop"
        data        = <<EOT
# The staged server: PostgreSQL on the restored copy, out of reach of clients, which recovers it to its target and stands
# there until it is promoted. What it cannot do, the live directory never has to suffer.

staged_log=$PGN_LOG/restore-$id.log
staged=''

ask_staged() { ask "$staging" "$@"; }

# The staged server has a configuration of its own: nothing that ALTER SYSTEM or whoever wrote the backup left in the copy decides how
# it recovers. PostgreSQL reads postgresql.auto.conf whatever it is started with, so that file is out of its sight meanwhile.
own_settings=postgresql.auto.conf
set_settings_aside() {
  # No server starts beside it since version 12.
  [ ! -e "$beside/recovery.conf" ] || mv -T "$beside/recovery.conf" "$beside/recovery.conf.removed" || fail "cannot move $beside/recovery.conf"
  if [ -e "$beside/$own_settings.aside" ]; then
    rm -f "$beside/$own_settings"
  elif [ -e "$beside/$own_settings" ]; then
    mv -T "$beside/$own_settings" "$beside/$own_settings.aside" || fail "cannot move $beside/$own_settings"
  fi
}

# For the server that starts on the copy later: the operator's own settings, without those that only the configuration decides and
# those that would keep it from starting.
give_settings_back() {
  local from=$beside/$own_settings.aside new=$beside/$own_settings.new line name value
  [ -e "$from" ] || return 0
  removed=()
  while IFS= read -r line || [ -n "$line" ]; do
    if [[ $line =~ ^[[:space:]]*(#.*)?$ ]]; then
      printf '%s\n' "$line"
    elif ! setting_of "$line"; then
      remove_setting unreadable
    elif ours "$name" "$value" || cannot_start "$name" "$value" "$line"; then
      remove_setting "$name"
    else
      printf '%s\n' "$line"
    fi
  done <"$from" >"$new" || fail "cannot write $new"
  mv -T "$new" "$beside/$own_settings" && rm -f "$from" || fail "cannot write $beside/$own_settings"
  [ $${#removed[@]} = 0 ] || {
    mapfile -t removed < <(printf '%s\n' "$${removed[@]}" | sort -u)
    say "warning: $own_settings of the copy is not trusted with: $${removed[*]}; removed for the new server, and kept there as comments"
    state_put "settings=$${removed[*]}"
  }
}

# remove_setting NAME: kept as a comment. What pgBackRest writes into each copy is no news.
remove_setting() {
  [ "$1/$value" != "restore_command/$restore_command" ] || return 0
  removed+=("$1")
  printf '# removed by restore %s: %s\n' "$id" "$line"
}

# cannot_start NAME VALUE LINE: the server of this host would refuse to start with it.
cannot_start() {
  local library libraries=$${PGN_BIN%/bin}/lib try=$staging/try
  case $1 in
    ssl) [[ on == "$${2,,}"* || true == "$${2,,}"* || yes == "$${2,,}"* || $2 = 1 ]] && ! { readable_here ssl_cert_file server.crt && readable_here ssl_key_file server.key; } && return ;;
    ssl_cert_file | ssl_key_file | ssl_ca_file | ssl_crl_file | ssl_dh_params_file) [ -z "$2" ] || (cd "$beside" && [ -r "$2" ]) || return 0 ;;
    shared_preload_libraries)
      for library in $${2//,/ }; do
        library=$${library//\"/}
        [ ! -d "$libraries" ] || [ -e "$libraries/$${library%.so}.so" ] || return 0
      done ;;
  esac
  mkdir -p "$try" && printf '%s\n' "$3" >"$try/$own_settings" || fail "cannot write to $try"
  ! "$PGN_BIN/postgres" -C data_directory -D "$try" -c config_file=/dev/null >/dev/null 2>&1
}

# readable_here NAME DEFAULT: the file that this setting names.
readable_here() {
  local file
  file=$(cat "$NOMAD_TASK_DIR/postgresql.conf" "$beside/$own_settings.aside" 2>/dev/null | sed -n "s/^[[:space:]]*$1[[:space:]]*=[[:space:]]*'\(.*\)'.*/\1/p" | tail -n 1)
  (cd "$beside" && [ -r "$${file:-$2}" ])
}

# Standby mode replays what there is and then waits; recovery mode ends, and promotes, by itself. `latest` waits: whether the
# end of the WAL is its true end is for us to say.
choose_mode() {
  if [ "$target" = latest ]; then
    [ ! -e "$beside/recovery.signal" ] || mv "$beside/recovery.signal" "$beside/standby.signal"
  else
    [ ! -e "$beside/standby.signal" ] || mv "$beside/standby.signal" "$beside/recovery.signal"
  fi
}

# The path of this script changes with each allocation; the server's environment names the current one.
restore_command='/bin/bash "$NOMAD_TASK_DIR"/archive-get.sh %f "%p"'


start_staged() {
  action=promote
  [ "$(state_get pause)" != true ] || [ "$(state_get accept)" = true ] || action=pause
  set_settings_aside
  read_configuration "$NOMAD_TASK_DIR/postgresql.conf"
  mkdir -p "$staging" && chmod 700 "$staging" || fail "cannot create the socket folder $staging"
  local options=(-c config_file=/dev/null -c hba_file="$NOMAD_TASK_DIR/pg_hba.first.conf" -c ident_file="$NOMAD_TASK_DIR/pg_ident.conf"
    -c port="$PGN_PORT" -c listen_addresses= -c unix_socket_directories="$staging" -c unix_socket_permissions=0700
    -c hot_standby=on -c primary_conninfo= -c wal_retrieve_retry_interval=250ms -c restore_command="$restore_command"
    # Its log is read here, and by the operator.
    -c lc_messages=C -c log_timezone=UTC -c timezone=UTC -c log_line_prefix='%m [%p] ' -c log_destination=stderr -c logging_collector=off
    # Little memory: this task is not the server's own, and both may run at once.
    -c shared_buffers=128MB -c huge_pages=off -c dynamic_shared_memory_type="$${configured[dynamic_shared_memory_type]:-posix}"
    # Nothing works on the copy by itself, once it is promoted.
    -c autovacuum=off -c max_logical_replication_workers=0 -c cron.launch_active_jobs=off -c restart_after_crash=off
    # Nothing of the copy goes to the archive before it is in place; it is kept for then.
    -c archive_mode=on -c archive_command= -c archive_timeout=0
    # What the WAL may need, or would be dropped without it at the promotion.
    -c shared_preload_libraries="$${configured[shared_preload_libraries]:-}" -c track_commit_timestamp="$${configured[track_commit_timestamp]:-off}")
  [ "$PGN_VERSION" -lt 17 ] || options+=(-c event_triggers=off)
  # Replication slots, which a kept directory may have, need their number and their level.
  local slots=("$beside"/pg_replslot/*)
  [ -e "$${slots[0]}" ] && options+=(-c wal_level=logical -c max_replication_slots=$(($${#slots[@]} + 10))) || options+=(-c wal_level="$${configured[wal_level]:-replica}")
  case $target in
    immediate) options+=(-c recovery_target=immediate -c recovery_target_timeline=current -c recovery_target_action="$action") ;;
    end) options+=(-c recovery_target_timeline=current) ;;
    latest) options+=(-c recovery_target_timeline="$${timeline:-current}") ;;
    *) options+=(-c "recovery_target_$target=$value" -c recovery_target_timeline="$${timeline:-current}" -c recovery_target_action="$action")
      [ "$exclusive" != true ] || options+=(-c recovery_target_inclusive=off) ;;
  esac
  recovery_room "$beside" "$PGN_DATA"
  options+=("$${room[@]}")
  : >"$staged_log"
  : >"$missed"
  # The locks stay with this script: a server that outlives it is found and stopped by the next one.
  "$PGN_BIN/postgres" -D "$beside" "$${options[@]}" >>"$staged_log" 2>&1 8>&- 9>&- &
  staged=$!
}

# stop_staged: the server that this script started, or one that an earlier, killed script has left.
stop_staged() {
  live_postmaster "$beside" && ! "$PGN_BIN/pg_ctl" stop -D "$beside" -m fast -w -t 600 -s && fail "the staged server in $beside does not stop"
  staged=''
  rm -f "$beside/postmaster.pid" "$missed"
}

staged_runs() { [ -n "$staged" ] && kill -0 "$staged" 2>/dev/null; }

# The staged server has ended: in its own words, why.
recovery_failed() {
  local words
  words=$(grep -E 'FATAL:|PANIC:|does not answer' "$staged_log" | grep -v 'the database system is' | tail -n 3 | sed 's/^.*\(FATAL\|PANIC\): *//')
  case $words in
    *'before configured recovery target was reached'*)
      fail "the target ($target $value) is not in the WAL: recovery came to its end at WAL $(last_replayed), $(last_completed); $untouched" ;;
    *'does not answer'*) fail "the repository failed during recovery, which stopped instead of ending early; $untouched" ;;
    *) fail "recovery stopped: $(tr '\n' ';' <<<"$${words:-the server ended without a word, see $staged_log}"); $untouched" ;;
  esac
}

last_completed() { sed -n 's/.*last completed transaction was at log time \(.*\)/last commit \1/p' "$staged_log" | tail -n 1 | grep . || echo 'no commit'; }
last_replayed() { sed -n 's/.*redo done at \([0-9A-F/]*\).*/\1/p' "$staged_log" | tail -n 1 | grep . || echo unknown; }

# Before it is consistent the server lets nobody in, but shows in its title which segment it replays.
replaying_segment() { ps -o args= --ppid "$staged" 2>/dev/null | sed -n 's/.*startup.* recovering \([0-9A-F]\{24\}\).*/\1/p'; }

# What its processes, and what they started, have done so far: as long as that changes it is at work.
staged_work() { ps -o pid=,cputimes=,args= --ppid "$staged,$(pgrep -P "$staged" -d ,)" 2>/dev/null; }

# How often the archive was asked in vain for the same segment, since it last had one.
missed=$PGN_STATE/archive.missed
times_missed() {
  local segment most=0
  local -A times=()
  [ -s "$missed" ] && while read -r segment; do
    [[ $segment =~ ^[0-9A-F]+$ ]] || continue
    times[$segment]=$(($${times[$segment]:-0} + 1))
    [ "$${times[$segment]}" -le "$most" ] || most=$${times[$segment]}
  done <"$missed"
  echo "$most"
}

# Where recovery is, into $in_recovery, $replayed, $commit, $paused and $waits. A server that is asked in vain for too long is given up.
look_at_recovery() {
  local row segment work state='pg_is_wal_replay_paused()::int'
  # A pause that is only asked for is none yet.
  [ "$PGN_VERSION" -lt 14 ] || state="(pg_get_wal_replay_pause_state() = 'paused')::int"
  in_recovery=1 paused=0 waits=''
  row=$(ask_staged "select pg_is_in_recovery()::int, coalesce(pg_last_wal_replay_lsn()::text, '-'),
    coalesce(to_char(pg_last_xact_replay_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), '-'),
    case when pg_is_in_recovery() then $state else 0 end,
    coalesce((select wait_event from pg_stat_activity where backend_type = 'startup'), '-')" 2>"$staged_log.asked")
  if [ -n "$row" ]; then
    IFS='|' read -r in_recovery replayed commit paused waits <<<"$row"
    heard=$SECONDS
    return
  fi
  if segment=$(replaying_segment) && [ -n "$segment" ]; then
    replayed=$(printf '%X/%X' "$((16#$${segment:8:8}))" "$((16#$${segment:16:8} << 24))")
  fi
  case $(sed -n 8p "$beside/postmaster.pid" 2>/dev/null) in
    ready* | standby*) # it says itself that it takes connections
      [ $((SECONDS - heard)) -lt 60 ] || unheard "takes connections, but does not answer: $(tail -n 1 "$staged_log.asked")" ;;
    *)
      work=$(staged_work)
      [ "$work" = "$worked" ] || heard=$SECONDS worked=$work
      [ $((SECONDS - heard)) -lt 600 ] || unheard "does nothing: $(tail -n 1 "$staged_log")" ;;
  esac
}

unheard() { fail "the staged server $1 (for $((SECONDS - heard)) s; its log is $staged_log); $untouched"; }

# tell_progress END: for whoever follows the log, and, on the volume, for whoever looks from elsewhere.
tell_progress() {
  [ "$replayed $commit" != "$told" ] || return 0
  [ -n "$replayed" ] && [ "$replayed" != - ] || return 0
  told="$replayed $commit"
  say "progress replay $replayed $${1:--} $${commit:--}"
  printf 'replayed %s\ncommit %s\nend %s\nmoved %s\n' "$replayed" "$${commit#-}" "$${1#-}" "$(date -u +%s)" >"$progress_file.new" && mv "$progress_file.new" "$progress_file"
}

# Whether a record in the WAL asks for more connections, workers or locks than the staged server has. Recovery has then written it into
# the control file, and has paused or ended.
asks_for_more() {
  local had="$${room[*]}"
  recovery_room "$beside" "$PGN_DATA"
  [ "$${room[*]}" != "$had" ]
}

start_with_more() {
  say "the server that wrote the WAL had more of one of these, so recovery starts again with $(printf '%s\n' "$${room[@]}" | grep "=" | paste -sd ' ')"
  stop_staged
  start_staged
  heard=$SECONDS
}

# Until the staged server is at the target, or has ended recovery by itself. It is asked; its log is no protocol.
follow_recovery() {
  local last='' told='' end=$expect asked before=0
  [ "$target" != lsn ] || end=$value
  replayed='' commit='-' heard=$SECONDS worked=''
  while :; do
    if ! staged_runs; then
      asks_for_more || recovery_failed
      start_with_more
      continue
    fi
    asked=$(times_missed)
    look_at_recovery
    tell_progress "$end"
    [ "$in_recovery" = 1 ] || return 0
    if [ "$paused" = 1 ] && asks_for_more; then
      start_with_more
      continue
    fi
    if [ "$target" = latest ]; then
      # All sources were asked, twice, and none had more. PostgreSQL waits only after a round that was quicker than the interval, so with a slow
      # archive the wait is never seen: the second time that the archive lacks the same segment, what the disk has was replayed in between.
      if [ "$last" = "$replayed" ] && [ -n "$waits" ]; then
        if [ "$waits" = RecoveryRetrieveRetryInterval ] || [ "$asked" -ge $((before + 2)) ]; then return 0; fi
        [ "$asked" -ge "$before" ] || before=0
      else
        before=$(times_missed)
      fi
    elif [ "$paused" = 1 ] && [ "$action" = pause ]; then
      return 0
    fi
    last=$replayed
    sleep 0.3
  done
}

# What was asked for and what was reached.
check_reached() {
  state_put "reachedlsn=$replayed" "reachedtime=$${commit#-}"
  [ "$target" = latest ] && [ -n "$expect" ] || return 0
  [ "$(position "$replayed")" -ge "$(position "$expect")" ] ||
    fail "recovery ended at WAL $replayed, but the archive continues to $expect; $untouched"
}

promote() {
  local timeline_hex
  if [ "$(ask_staged 'select pg_is_in_recovery()')" = t ]; then
    "$PGN_BIN/pg_ctl" promote -D "$beside" -w -t 3600 -s || recovery_failed
  fi
  timeline_hex=$(ask_staged 'select pg_walfile_name(pg_current_wal_lsn())') || fail "the recovered copy does not answer; $untouched"
  state_put "reachedtimeline=$((16#$${timeline_hex:0:8}))"
  open_databases
}

# A locale or an extension that this host lacks shows only when a client comes to the database. A database that cannot be opened is
# reported; it keeps nobody from the others, unless the live server could open it.
open_databases() {
  local hex name database reason
  while IFS= read -r hex; do
    from_hex name "$hex"
    printf -v database %q "$name"
    reason=$(ask_staged 'select 1' "$name" 2>&1 >/dev/null </dev/null) && continue
    reason=$(sed -n 's/.*FATAL: *//p' <<<"$reason" | head -n 1 | cut -c 1-300)
    ! grep -qsx "$hex" "$PGN_STATE/databases" ||
      fail "database $database of the copy cannot be opened ($reason), although the live server opens it; to restore without it: ./build.sh Stop, then the same command; $untouched"
    say "warning: database $database of the copy cannot be opened on this host: $reason"
  done < <(databases "$staging")
  while IFS= read -r hex; do
    from_hex name "$hex"
    printf -v database %q "$name"
    say "warning: database $database of the copy is invalid, a DROP DATABASE of it was interrupted: nothing but DROP DATABASE can be done with it"
  done < <(ask_staged "select encode(convert_to(datname::text, getdatabaseencoding()), 'hex') from pg_database where datconnlimit = -2")
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
