job "pgbackrest-full" {
  datacenters = ["dc1"]
  region      = "global"
  namespace   = "default"
  type        = "batch"

  periodic {
    cron             = "@weekly"
    time_zone        = "UTC"
    prohibit_overlap = true
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

  group "backup" {
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

    task "backup" {
      driver = "exec"
      user   = "postgres"

      config {
        # The init reaps what pgBackRest leaves behind; were the server PID 1, it would take that for a crash.
        # A signal must reach the whole group: pgBackRest leaves workers behind otherwise.
        command = "/usr/bin/tini"
        args    = ["-s", "-g", "--", "/bin/bash", "${NOMAD_TASK_DIR}/backup.sh", "full", "43200"]
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

      kill_timeout = "30s"

      resources {
        cpu    = 1000
        memory = 1024
      }

      template {
        destination = "local/backup.sh"
        perms       = "755"
        change_mode = "noop"
        data        = <<EOT
#!/bin/bash
# backup.sh full|diff|incr SECONDS: the scheduled backups, which wait so long for another one to end. What became of the last run
# of each stands on the data volume.
. "$NOMAD_TASK_DIR/lib.sh"
make_folders

run_file=$PGN_STATE/schedules/$1
# Nomad names a run after the moment at which it was due.
due=$${NOMAD_JOB_NAME:-}
due=$${due##*/periodic-}
case $due in '' | *[!0-9]*) due=$(date +%s) ;; esac
started=$(date +%s) taken=false skipped=''

# record RESULT [KEY=VALUE...]: a run that was due later has the last word.
record() {
  local last
  last=$(value_in "$run_file" due)
  [ "$${last:-0}" -le "$due" ] || return 0
  printf '%s\n' "due=$due" "started=$started" "result=$1" "$${@:2}" >"$run_file.$$" && mv "$run_file.$$" "$run_file"
}

ended() {
  local result=failed
  [ "$1" != 0 ] || if [ "$taken" = true ]; then result='done'; else result='skipped'; fi
  record "$result" "code=$1" "why=$skipped" "ended=$(date +%s)"
}

trap 'ended $?' EXIT
record waiting
hold_backup "$2"
if [ -f "$pause_file" ]; then
  skipped='the schedules were paused'
  say "skipped: the schedules are paused since $(pause_value since) by $(pause_value by): $(pause_value reason)"
  exit 0
fi
record running
back_up "$1" "$repositories" info "$due"
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
