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

make_folders
mkdir -p "$PGN_SOCKET" || fail "cannot create the socket folder $PGN_SOCKET"
hold_data 60

phase=$(state_get phase)
case $phase in
  '' | restored | started) ;;
  *) fail "restore $(state_get id) is unfinished (phase $phase): run the same Restore again, it goes on from here" 3 ;;
esac

if [ -f "$PGN_DATA/postmaster.pid" ]; then
  live_postmaster && fail "a PostgreSQL server that lost its task still runs in $PGN_DATA (process $(head -n 1 "$PGN_DATA/postmaster.pid")): stop it with $PGN_BIN/pg_ctl stop -D $PGN_DATA" 4
  # We hold the data lock, so nobody else runs here; the same number may belong to another process by now, or to one of
  # our own PID namespace, and PostgreSQL would refuse to start for it.
  say "removing the stale postmaster.pid of a server that was killed"
  rm -f "$PGN_DATA/postmaster.pid"
fi

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
  [ "$PGN_CHECKSUMS" = true ] && options+=(--data-checksums)
  rm -rf "$PGN_DATA.new"
  "$PGN_BIN/initdb" -D "$PGN_DATA.new" "$${options[@]}" >"$PGN_STATE/initdb.log" 2>&1 || { cat "$PGN_STATE/initdb.log" >&2; fail "initdb failed"; }
  rmdir "$PGN_DATA" 2>/dev/null
  mv -T "$PGN_DATA.new" "$PGN_DATA" || fail "cannot move the new cluster to $PGN_DATA"
}

if [ ! -e "$PGN_DATA/PG_VERSION" ]; then
  [ -z "$(ls -A "$PGN_DATA" 2>/dev/null)" ] || fail "$PGN_DATA holds files but no PostgreSQL cluster: move them away first" 3
  create_cluster
fi
found=$(cat "$PGN_DATA/PG_VERSION")
[ "$found" = "$PGN_VERSION" ] || fail "$PGN_DATA is a cluster of PostgreSQL $found, the configuration says $PGN_VERSION" 3

if [ "$phase" = restored ]; then
  record_restore && state_put phase=started || fail "cannot record the start of restore $(state_get id) in $PGN_STATE"
fi

# The lock stays with this script (9>&-): a process that PostgreSQL leaves behind must not hold off the next restore.
"$PGN_BIN/postgres" -D "$PGN_DATA" -c config_file="$NOMAD_TASK_DIR/postgresql.conf" \
  -c hba_file="$NOMAD_TASK_DIR/pg_hba.conf" -c ident_file="$NOMAD_TASK_DIR/pg_ident.conf" 9>&- &
server=$!
# A signal ends the wait early; only a wait that no signal has ended tells how the server did, even if it ended at once.
trap 'interrupted=1; kill -INT "$server" 2>/dev/null' INT TERM # fast shutdown, whichever signal asks for it
trap 'interrupted=1; kill -QUIT "$server" 2>/dev/null' QUIT
interrupted=1
while [ -n "$interrupted" ]; do
  interrupted=
  wait "$server"
  code=$?
done
exit "$code"
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
for try in 1 2 3; do
  pgbackrest --stanza="$PGN_STANZA" archive-get "$1" "$2"
  code=$?
  case $code in 0 | 1) exit "$code" ;; esac
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
archive_command = 'pgbackrest --stanza=db-primary archive-push "%p"'
restore_command = '/bin/bash "$NOMAD_TASK_DIR"/archive-get.sh %f "%p"'

# Standard error is what Nomad keeps and shows.
log_destination = 'stderr'
logging_collector = off
log_line_prefix = '%m [%p] %q%u@%d '
log_checkpoints = on

# postgres.settings; the last value of a name wins.
effective_cache_size = '3GB'
shared_buffers = '1GB'
shared_preload_libraries = 'pg_stat_statements'
EOT
      }

      template {
        destination = "local/pg_hba.conf"
        perms       = "644"
        change_mode = "noop"
        data        = <<EOT
# Rendered; change the configuration, not this file. The first line that fits decides.
# The superuser, for those whom pg_ident.conf names.
local  all          postgres               peer map=operator
local  replication  postgres               peer map=operator
# postgres.hba
host shop shop 10.0.0.0/8 scram-sha-256
# Everybody else has a password, on loopback too: with trust there, any local user would be superuser.
local  all          all                    scram-sha-256
host   all          all      127.0.0.1/32  scram-sha-256
host   all          all      ::1/128       scram-sha-256
host   replication  all      127.0.0.1/32  scram-sha-256
host   replication  all      ::1/128       scram-sha-256
host   all          all      0.0.0.0/0     scram-sha-256
host   all          all      ::/0          scram-sha-256
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
