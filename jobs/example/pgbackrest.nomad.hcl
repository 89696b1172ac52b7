job "pgbackrest" {
  datacenters = ["dc1"]
  region      = "global"
  namespace   = "default"
  type        = "batch"

  parameterized {
    payload       = "forbidden"
    meta_required = ["operation"]
    meta_optional = ["argument", "operator"]
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

  group "operate" {
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

    task "operate" {
      driver = "exec"
      user   = "postgres"

      config {
        # The init reaps what pgBackRest leaves behind; were the server PID 1, it would take that for a crash.
        # A signal must reach the whole group: pgBackRest leaves workers behind otherwise.
        command = "/usr/bin/tini"
        args    = ["-s", "-g", "--", "/bin/bash", "${NOMAD_TASK_DIR}/operate.sh"]
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
        destination = "local/operate.sh"
        perms       = "755"
        change_mode = "noop"
        data        = <<EOT
# What the runbook asks the node on demand: operate.sh OPERATION [ARGUMENT]. Runs in a dispatched job, or, where the server
# task runs, in that task through `nomad alloc exec` with lib.sh and this file on standard input.
[ -n "$${state_file:-}" ] || . "$NOMAD_TASK_DIR/lib.sh"

fact() { printf 'fact %s %s\n' "$1" "$2"; }

facts_of_data() {
  [ -e "$PGN_DATA/PG_VERSION" ] || { fact data.present false; return; }
  fact data.present true
  fact data.version "$(cat "$PGN_DATA/PG_VERSION")"
  fact data.bytes "$(du -sb "$PGN_DATA" 2>/dev/null | cut -f 1)"
  fact data.tablespaces "$(find "$PGN_DATA/pg_tblspc" -mindepth 1 -maxdepth 1 | wc -l)"
  fact wal.unarchived "$(find "$PGN_DATA/pg_wal/archive_status" -name '*.ready' 2>/dev/null | wc -l)"
  control "$PGN_DATA" | sed -n \
    -e 's/^Database system identifier: */fact control.system /p' \
    -e 's/^Database cluster state: */fact control.state /p' \
    -e "s/^Latest checkpoint's TimeLineID: */fact control.timeline /p"
}

facts_of_kept() {
  local kept
  for kept in "$PGN_DATA".kept-*; do
    [ -d "$kept" ] || continue
    fact kept "$${kept##*.kept-} $(du -sb "$kept" 2>/dev/null | cut -f 1) $(stat -c %Z "$kept") $kept"
  done
}

facts_of_restore() {
  restore_facts
  local log
  # The bytes copied so far, for whoever looks on from another terminal.
  log=$PGN_DATA.restore-$(state_get id)
  [ -d "$log" ] && fact restore.bytes "$(du -sb "$log" 2>/dev/null | cut -f 1)"
  return 0
}

facts() {
  fact node "$(hostname)"
  fact clock "$(date -u +%s)"
  fact user "$(id -un)"
  fact postgres.version "$("$PGN_BIN/postgres" -V 2>/dev/null | sed 's/.*) \([0-9.]*\).*/\1/')"
  fact disk "$(df -B1 --output=avail,size "$PGN_VOLUME" | tail -n 1 | tr -s ' ' | sed 's/^ //')"
  facts_of_data
  facts_of_kept
  facts_of_restore
  fact init.fingerprint "$(cat "$PGN_STATE/init.fingerprint" 2>/dev/null)"
  fact secrets.fingerprint "$(cat "$secrets/fingerprint" 2>/dev/null)"
  if live_postmaster; then
    fact server.timeline "$(query 'select timeline_id from pg_control_checkpoint()' 2>/dev/null)"
    fact server.recovering "$(query 'select pg_is_in_recovery()' 2>/dev/null)"
  elif (exec 3<>"/dev/tcp/127.0.0.1/$PGN_PORT") 2>/dev/null; then
    fact port.busy true
  fi
  [ -n "$PGN_STANZA" ] || return 0
  fact pgbackrest.version "$(pgbackrest version 2>/dev/null | sed 's/.* //')"
  local info
  if info=$(pgbr info --output=json 2>&1); then
    # Warnings stand beside it; the answer itself is one line.
    fact info "$(grep -m 1 '^\[' <<<"$info")"
  else
    fact info.error "$(printf '%s' "$info" | tr '\n' ' ')"
  fi
}

# probe LABEL,LABEL... ARCHIVE-ID/PREFIX,...: are the manifests of these sets there, and which WAL segments do these folders hold?
# The history file of a backup begins with the name of a segment, too, and is none.
probe() {
  local label folder
  for label in $${1//,/ }; do
    if pgbr repo-ls "backup/$PGN_STANZA/$label" 2>/dev/null | grep -qx backup.manifest; then fact set.whole "$label"; else fact set.broken "$label"; fi
  done
  for folder in $${2//,/ }; do
    pgbr repo-ls "archive/$PGN_STANZA/$folder" 2>/dev/null | sed -n 's/^\([0-9A-F]\{24\}\)-[0-9a-f]\{40\}\(\.[a-z0-9]*\)\{0,1\}$/fact segment \1/p'
  done
}

# timelines ARCHIVE-ID: the timeline history files of the archive, so that a plan can tell which set lies on which timeline.
timelines() {
  local name
  for name in $(pgbr repo-ls "archive/$PGN_STANZA/$1" 2>/dev/null | grep '^[0-9A-F]\{8\}\.history$'); do
    pgbr repo-get "archive/$PGN_STANZA/$1/$name" 2>/dev/null | sed -n "s/^\([0-9]\{1,\}\)[[:space:]]\{1,\}\([0-9A-F/]\{1,\}\).*/fact history $${name%.history} \1 \2/p"
  done
}

# Ends a restore: the server runs, recovery has ended, a backup stands.
finish() {
  [ "$(state_get id)" = "$1" ] || fail "no restore $1 is under way" 3
  rm -f "$state_file" && sync "$PGN_STATE"
  fact finished "$1"
}

# receive NAME: a secret file for the data volume, from standard input.
receive() {
  mkdir -p "$secrets/$(dirname "$1")" && head -c -1 >"$secrets/$1.new" && mv "$secrets/$1.new" "$secrets/$1" || fail "cannot write $secrets/$1"
}

# Keeps a task open for the runbook to deliver secrets into: they travel on standard input, never in a job.
await_secrets() {
  make_folders
  local _
  for _ in $(seq 1 240); do
    [ "$(cat "$secrets/fingerprint" 2>/dev/null)" = "$1" ] && return 0
    sleep 0.25
  done
  fail "no secrets were delivered within a minute"
}

operate() {
  case $1 in
    facts) make_folders; facts ;;
    probe) probe "$${2% *}" "$${2#* }" ;;
    timelines) timelines "$2" ;;
    finish) finish "$2" ;;
    backup) make_folders; refuse_during_restore; pgbr backup --type="$2" --log-level-console=detail ;;
    await-secrets) await_secrets "$2" ;;
    receive) receive "$2" ;;
    check) pgbr check --log-level-console=info ;;
    *) fail "unknown operation $1" 2 ;;
  esac
}

[ -z "$${NOMAD_META_operation:-}" ] || operate "$NOMAD_META_operation" "$${NOMAD_META_argument:-}"
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
