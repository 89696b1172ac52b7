job "pgbackrest-restore" {
  datacenters = ["dc1"]
  region      = "global"
  namespace   = "default"
  type        = "batch"

  parameterized {
    payload       = "forbidden"
    meta_required = ["id", "set", "target"]
    meta_optional = ["operator", "timeline"]
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
        PGN_LOCALE        = "C.UTF-8"
        PGN_CHECKSUMS     = "true"
        PGN_PROCESS_MAX   = "0"
        PGBACKREST_CONFIG = "${NOMAD_TASK_DIR}/pgbackrest.conf"
      }

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
# One restore, beside the live data directory, then a swap by rename. Input: NOMAD_META_id, _set (a label), _target
# (immediate|latest), _timeline, _operator. Killed anywhere, the same id goes on; an id that has finished never runs again,
# whatever re-creates its job. What it prints is what the operator sees.
. "$NOMAD_TASK_DIR/lib.sh"

id=$NOMAD_META_id set=$NOMAD_META_set target=$NOMAD_META_target
case $id$set$target in *[!A-Za-z0-9_.-]*) fail "restore id, set or target holds an unexpected character" 2 ;; esac
beside=$PGN_DATA.restore-$id
kept=$PGN_DATA.kept-$id
tablespaces=$PGN_DATA.tablespaces/$id

make_folders
if [ -e "$PGN_STATE/restores/$id" ]; then
  say "restore $id has already run ($(sed -n 's/^finished=//p' "$PGN_STATE/restores/$id")): nothing to do"
  exit 0
fi
hold_data 30
live_postmaster && fail "a PostgreSQL server runs in $PGN_DATA: stop it first" 4

# phase NAME: recorded before the step, so that who comes after a kill knows where to go on.
phase() { state_put "phase=$1" "updated=$(date -u +%FT%TZ)"; }

open_restore() {
  local other head=''
  other=$(state_get id)
  [ "$other" = "$id" ] && return
  case $(state_get phase) in
    '' | started) ;;
    archiving | copying) # superseded before it touched the live directory
      head=$PGN_DATA.restore-$other
      [ -e "$head" ] || head=$(state_get head) ;;
    restored) head=$PGN_DATA ;; # never started: no commit of its own is in it
    *) fail "restore $other is half way through its swap: run it to its end first" 3 ;;
  esac
  state_begin "id=$id" "set=$set" "target=$target" "timeline=$${NOMAD_META_timeline:-}" "operator=$${NOMAD_META_operator:-}" \
    "started=$(date -u +%FT%TZ)" "head=$head" phase=archiving
}

# The files of a restore that never came to run are a head start for ours. Recorded before they are moved: a kill in
# between must not leave a state that speaks of files which lie elsewhere.
take_head_start() {
  local head
  head=$(state_get head)
  [ -n "$head" ] && [ -e "$head" ] && [ ! -e "$beside" ] || return 0
  mv -T "$head" "$beside" || fail "cannot move $head"
  say "the files of a restore that was never started are reused"
}

cluster_state() { control "$PGN_DATA" | sed -n 's/^Database cluster state: *//p'; }

# WAL that the stopped server had not archived yet would be lost to the archive, committed rows with it.
archive_rest() {
  local ready wal left=0
  for ready in "$PGN_DATA"/pg_wal/archive_status/*.ready; do
    [ -e "$ready" ] || continue
    wal=$(basename "$ready" .ready)
    if pgbr archive-push --no-archive-async "$PGN_DATA/pg_wal/$wal" --log-level-console=warn; then
      mv "$ready" "$${ready%.ready}.done"
      say "archived $wal, which the server had left"
    else
      left=$((left + 1))
    fi
  done
  # A killed server leaves the segment it was writing: neither marked as ready nor archived.
  case $(cluster_state) in
    '' | 'shut down' | 'shut down in recovery') ;;
    *)
      left=$((left + 1))
      say "warning: the server had not stopped cleanly: what it wrote last was never handed to the archive" ;;
  esac
  state_put "unarchived=$left"
  [ "$left" = 0 ] || say "warning: $left WAL segments could not be archived; they stay in $kept/pg_wal"
}

copy() {
  local options=(--pg1-path="$beside" --set="$set" --log-level-console=detail --link-all=n)
  case $target in
    immediate) options+=(--type=immediate --target-action=promote) ;;
    latest) options+=(--type=default --target-timeline="$${NOMAD_META_timeline:-latest}") ;;
    *) fail "unknown target $target" 2 ;;
  esac
  options+=(--tablespace-map-all="$tablespaces")
  # The path of this script changes with each allocation; the server's environment names the current one.
  options+=(--recovery-option='restore_command=/bin/bash "$NOMAD_TASK_DIR"/archive-get.sh %f "%p"')
  if [ -e "$beside/backup.manifest" ] || [ -e "$beside/PG_VERSION" ]; then
    say "going on with the copy in $beside"
    rm -f "$beside/postmaster.pid"
    options+=(--delta)
  else
    rm -rf "$beside"
    mkdir -p "$beside" || fail "cannot create $beside"
  fi
  pgbr restore "$${options[@]}" || fail "pgbackrest restore ended with $?; the live directory $PGN_DATA is untouched"
  if [ "$target" = immediate ]; then
    # A set that lies after the start of a newer timeline is no ancestor of it: 'latest' would not start.
    printf "recovery_target_timeline = 'current'\n" >>"$beside/postgresql.auto.conf"
  fi
}

# A segment that PostgreSQL has set aside for later use carries the name of a position to come and pages of one long past:
# the address in its first page (PostgreSQL's XLogPageHeaderData, 8 bytes at offset 8) tells them apart.
written() {
  local address size=$(stat -c %s "$1")
  address=$(od -An -t u8 -j 8 -N 8 "$1" | tr -d ' ')
  [ "$address" = $((16#$${2:8:8} * 4294967296 + 16#$${2:16:8} * size)) ]
}

# For `latest`, segments that never reached the archive are offered to recovery: PostgreSQL looks there after the archive.
offer_local_wal() {
  local wal name
  [ "$target" = latest ] && [ -d "$PGN_DATA/pg_wal" ] || return 0
  for wal in "$PGN_DATA"/pg_wal/*; do
    name=$(basename "$wal")
    case $name in *[!0-9A-F]*) continue ;; esac
    [ $${#name} = 24 ] && [ ! -e "$PGN_DATA/pg_wal/archive_status/$name.done" ] && written "$wal" "$name" || continue
    cp "$wal" "$beside/pg_wal/$name" && say "offering $name, which is only on this disk, to recovery"
  done
}

check_copy() {
  [ "$(cat "$beside/PG_VERSION" 2>/dev/null)" = "$PGN_VERSION" ] || fail "the restored copy is not of PostgreSQL $PGN_VERSION"
  control "$beside" >/dev/null || fail "the restored copy has no readable pg_control"
  [ -e "$beside/backup_label" ] || fail "the restored copy has no backup_label"
}

swap() {
  if [ -e "$beside" ]; then
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

open_restore
case $(state_get phase) in
  archiving) take_head_start; archive_rest; phase copying ;;
esac
case $(state_get phase) in
  copying)
    say "restoring set $set beside the live directory, into $beside"
    copy
    offer_local_wal
    check_copy
    phase swapping ;;
esac
case $(state_get phase) in
  swapping)
    swap
    phase restored ;;
esac
[ "$(state_get phase)" = restored ] || fail "restore $id is in phase $(state_get phase)"
record_restore || fail "cannot record restore $id in $PGN_STATE/restores"
say "restore $id: set $set is in place, the server can be started"
restore_facts
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
umask 077

# The environment of the Nomad agent leaks into its tasks; a stray PGHOST would send us to another server.
for name in "$${!PG@}"; do
  case $name in PGN_* | PGBACKREST_CONFIG) ;; *) unset "$name" ;; esac
done
unset name

say() { printf '%s\n' "$*"; }
fail() { printf 'error: %s\n' "$1" >&2; exit "$${2:-1}"; }

state_file=$PGN_STATE/restore
secrets=$PGN_STATE/secrets

# Keys of the repository: rendered by Nomad for this task alone, or delivered by Deploy to the data volume.
if [ -f "$${NOMAD_SECRETS_DIR:-}/pgbackrest-secrets.conf" ]; then
  export PGBACKREST_CONFIG_INCLUDE_PATH=$NOMAD_SECRETS_DIR
else
  export PGBACKREST_CONFIG_INCLUDE_PATH=$secrets/pgbackrest.d
fi

make_folders() {
  mkdir -p "$PGN_STATE/restores" "$PGN_STATE/pgbackrest/lock" "$PGN_STATE/pgbackrest/spool" \
    "$secrets/passwords" "$secrets/pgbackrest.d" "$PGN_LOG/pgbackrest" ||
    fail "cannot create folders under $PGN_STATE and $PGN_LOG as $(id -un): the volumes must belong to $PGN_USER"
}

# state_get KEY: one value of the restore under way; empty when there is none.
state_get() { [ -f "$state_file" ] && sed -n "s/^$1=//p" "$state_file" | head -n 1; return 0; }

# state_put KEY=VALUE...: replaces the given keys. Written beside and renamed: a kill leaves the old state or the new one.
state_put() {
  local pair others=()
  for pair in "$@"; do others+=(-e "^$${pair%%=*}="); done
  { grep -sv "$${others[@]}" "$state_file"; printf '%s\n' "$@"; } >"$state_file.new"
  state_commit
}

# state_begin KEY=VALUE...: the state of another restore, in place of whatever was there.
state_begin() { printf '%s\n' "$@" >"$state_file.new" && state_commit; }

state_commit() { sync "$state_file.new" && mv "$state_file.new" "$state_file" && sync "$PGN_STATE"; }

# An id that is recorded never runs again. Whoever comes first records it: the restore, or, where that was killed behind its
# last rename, the server that starts on its files.
record_restore() {
  local record=$PGN_STATE/restores/$(state_get id)
  [ -e "$record" ] && return
  { cat "$state_file"; printf 'finished=%s\n' "$(date -u +%FT%TZ)"; } >"$record.new" && mv "$record.new" "$record" && sync "$PGN_STATE/restores"
}

# The restore under way, in the form that the runbook reads.
restore_facts() { [ ! -f "$state_file" ] || sed 's/^\([a-z]*\)=/fact restore.\1 /' "$state_file"; }

# One holder of the data directory at a time, server or restore. The lock dies with its holder, also across PID namespaces.
hold_data() {
  exec 9>"$PGN_STATE/data.lock"
  flock -w "$1" 9 || fail "another server or restore holds $PGN_DATA (lock $PGN_STATE/data.lock)" 4
}

# Until the restored server has been started there is nothing sensible to back up.
refuse_during_restore() {
  case $(state_get phase) in
    '' | started) ;;
    *) fail "restore $(state_get id) is under way (phase $(state_get phase)): no backup before Revert" 3 ;;
  esac
}

# A postmaster that outlived its task: found by its working directory, since a bare process id may have been reused.
live_postmaster() {
  local pid
  [ -f "$PGN_DATA/postmaster.pid" ] || return 1
  pid=$(head -n 1 "$PGN_DATA/postmaster.pid")
  [ "$(readlink "/proc/$pid/cwd" 2>/dev/null)" = "$(readlink -f "$PGN_DATA")" ]
}

# By the environment, where a command that has no processes to spread ignores it; 0 is as many as the node has cores.
export PGBACKREST_PROCESS_MAX=$PGN_PROCESS_MAX
[ "$PGBACKREST_PROCESS_MAX" -gt 0 ] || PGBACKREST_PROCESS_MAX=$(nproc)

pgbr() { pgbackrest --stanza="$PGN_STANZA" "$@"; }

query() { psql -XAtq -v ON_ERROR_STOP=1 -h "$PGN_SOCKET" -p "$PGN_PORT" -U postgres -d "$${2:-postgres}" -c "$1"; }

control() { LC_ALL=C "$PGN_BIN/pg_controldata" -D "$1" 2>/dev/null; }
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
repo1-bundle=y
repo1-retention-full-type=count
repo1-retention-full=4
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
