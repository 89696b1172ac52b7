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

    volume "repository2" {
      type   = "host"
      source = "pgbackrest"
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
        destination = "local/operate.sh"
        perms       = "755"
        change_mode = "noop"
        data        = <<EOT
# What the runbook asks the node on demand: operate.sh OPERATION [ARGUMENT]. Runs in a dispatched job, or, where the server
# task runs, in that task through `nomad alloc exec` with lib.sh, holder.sh, health.sh, doctor.sh and this file on standard input.
[ -n "$${state_file:-}" ] || { . "$NOMAD_TASK_DIR/lib.sh" && . "$NOMAD_TASK_DIR/holder.sh" && . "$NOMAD_TASK_DIR/health.sh" && . "$NOMAD_TASK_DIR/doctor.sh"; }

fact() { printf 'fact %s %s\n' "$1" "$2"; }

name_characters='A-Za-z0-9_.-'

facts_of_data() {
  [ -e "$PGN_DATA/PG_VERSION" ] || { fact data.present false; return; }
  fact data.present true
  fact data.version "$(cat "$PGN_DATA/PG_VERSION")"
  fact data.bytes "$(bytes_of "$PGN_DATA")"
  fact data.tablespaces "$(find "$PGN_DATA/pg_tblspc" -mindepth 1 -maxdepth 1 | wc -l)"
  fact wal.bytes "$(du -sbD "$PGN_DATA/pg_wal" 2>/dev/null | cut -f 1)"
  fact wal.unarchived "$(find "$PGN_DATA/pg_wal/archive_status" -name '*.ready' 2>/dev/null | wc -l)"
  control "$PGN_DATA" | sed -n \
    -e 's/^Database system identifier: */fact control.system /p' \
    -e 's/^Database cluster state: */fact control.state /p' \
    -e "s/^Latest checkpoint's TimeLineID: */fact control.timeline /p"
}

# bytes_of DIRECTORY: what it holds, also where it or its WAL is a link to another place.
bytes_of() {
  local places=("$1")
  [ ! -L "$1/pg_wal" ] || places+=("$1/pg_wal")
  du -sbcD "$${places[@]}" 2>/dev/null | tail -n 1 | cut -f 1
}

facts_of_kept() {
  local kept
  for kept in "$PGN_DATA".kept-*; do
    [ -d "$kept" ] || continue
    fact kept "$${kept##*.kept-} $(bytes_of "$kept") $(stat -c %Z "$kept") $kept"
  done
}

facts_of_restore() {
  local copy finished
  restore_facts
  if [ -n "$(state_get id)" ]; then
    copy=$PGN_DATA.restore-$(state_get id)
    # The bytes copied so far, for whoever looks on from another terminal.
    [ ! -d "$copy" ] || fact restore.bytes "$(du -sb "$copy" 2>/dev/null | cut -f 1)"
    sed 's/^/fact progress./' "$progress_file" 2>/dev/null
    [ ! -S "$staging/.s.PGSQL.$PGN_PORT" ] || ! ask "$staging" 'select 1' >/dev/null 2>&1 || fact staged true
  fi
  finished=$(ls -t "$PGN_STATE/restores" 2>/dev/null | head -n 1)
  [ -z "$finished" ] || fact last.ended "$finished $(record_value "$finished" phase) $(record_value "$finished" source)"
  # Ids of restores: no blanks. The newest first.
  # shellcheck disable=SC2045
  for finished in $(ls -t "$PGN_STATE/restores" 2>/dev/null); do
    record_value "$finished" source | grep -qx repository && record_value "$finished" bytes | grep -q . || continue
    # One that was interrupted, or that recorded no time at work, does not tell how long the next one takes.
    [ "$(record_value "$finished" resumed)" != true ] && record_value "$finished" worked | grep -q . || continue
    fact last.restore "$(record_value "$finished" worked) $(record_value "$finished" bytes)"
    break
  done
  return 0
}

# record_value ID KEY: what is recorded of a restore that has ended.
record_value() { value_in "$PGN_STATE/restores/$1" "$2"; }

facts() {
  local type
  fact node "$(hostname)"
  fact clock "$(date -u +%s)"
  fact user "$(id -un)"
  fact postgres.version "$("$PGN_BIN/postgres" -V 2>/dev/null | sed 's/.*) \([0-9.]*\).*/\1/')"
  fact disk "$(df -B1 --output=avail,size "$PGN_VOLUME" | tail -n 1 | tr -s ' ' | sed 's/^ //')"
  facts_of_data
  facts_of_holder
  facts_of_kept
  facts_of_restore
  pause_facts
  for type in full diff incr; do
    sed "s/^\([a-z]*\)=/fact schedule.$type.\1 /" "$PGN_STATE/schedules/$type" 2>/dev/null
  done
  fact conf.present "$([ -e "$conf/reload.conf" ] && echo true)"
  [ ! -e "$conf/reload.conf" ] || fact conf.sum "$(cat "$conf/reload.conf" "$conf/pg_hba.conf" | sha256sum | cut -d ' ' -f 1)"
  [ ! -e "$PGN_STATE/data.lock" ] || flock -n "$PGN_STATE/data.lock" true || fact data.held true
  fact init.fingerprint "$(cat "$PGN_STATE/init.fingerprint" 2>/dev/null)"
  fact secrets.fingerprint "$(cat "$secrets/fingerprint" 2>/dev/null)"
  sed 's/^/fact check./; s/=/ /' "$PGN_STATE/check" 2>/dev/null
  if ! facts_of_server && ! live_postmaster "$PGN_DATA" && { ! data_held || [ "$(value_in "$data_lock" script)" != serve.sh ]; } && (exec 3<>"/dev/tcp/127.0.0.1/$PGN_PORT") 2>/dev/null; then
    fact port.busy true
  fi
  facts_of_repositories
}

# By its socket: a task with processes of its own cannot see it otherwise. One of another cluster is none of ours.
facts_of_server() {
  local said timeline recovering id directory
  [ -S "$PGN_SOCKET/.s.PGSQL.$PGN_PORT" ] || return 1
  said=$(query "select c.timeline_id, pg_is_in_recovery(), s.system_identifier, current_setting('data_directory') from pg_control_checkpoint() c, pg_control_system() s" 2>/dev/null) || return 1
  IFS='|' read -r timeline recovering id directory <<<"$said"
  live_postmaster "$PGN_DATA" || { [ "$directory" = "$PGN_DATA" ] && [ "$id" = "$(control_value "$PGN_DATA" 'Database system identifier')" ]; } || return 1
  fact server.timeline "$timeline"
  fact server.recovering "$recovering"
}

# What this task is configured with, and what lies there.
facts_of_repositories() {
  [ -n "$PGN_STANZA" ] || return 0
  fact pgbackrest.version "$(pgbackrest version 2>/dev/null | sed 's/.* //')"
  sed -n 's/^\(repo[0-9]*-\)\(type\|path\|storage-port\|cipher-type\|s3-endpoint\|s3-bucket\|azure-account\|azure-container\|azure-endpoint\|gcs-bucket\|gcs-endpoint\|sftp-host\|sftp-host-port\)=/fact config.\1\2 /p' "$${PGBACKREST_CONFIG:-/nonexistent}" 2>/dev/null
  local info
  if info=$(pgbr_soon info --output=json 2>&1); then
    # Warnings stand beside it; the answer itself is one line. It quotes what it could not decrypt, byte for byte.
    fact info "$(LC_ALL=C tr '\000-\011\013-\037\200-\377' '?' <<<"$info" | grep -m 1 '^\[')"
  else
    fact info.error "$(printf '%s' "$info" | tr '\n' ' ')"
  fi
}

# probe LABEL,LABEL... ARCHIVE-ID/PREFIX,...: are the manifests of these sets there, and which WAL segments do these folders hold?
# The history file of a backup begins with the name of a segment, too, and is none.
probe() {
  local label folder
  [ -z "$1" ] || refuse_strange 'the list of labels' "$1" 'A-Z0-9_,-'
  [ -z "$2" ] || refuse_strange 'the list of folders' "$2" '0-9A-F,/-'
  note_databases
  for label in $${1//,/ }; do
    if repository_of "$label" >/dev/null; then fact set.whole "$label"; else fact set.broken "$label"; fi
  done
  for folder in $${2//,/ }; do
    repo_ls "archive/$PGN_STANZA/$folder" | sed -n 's/^\([0-9A-F]\{24\}\)-[0-9a-f]\{40\}\(\.[a-z0-9]*\)\{0,1\}$/fact segment \1/p'
  done
}

# note_databases: those that the live server opens. A copy in which one of them cannot be opened is not put in its place.
note_databases() {
  local hex name
  rm -f "$PGN_STATE/databases"
  for hex in $(databases "$PGN_SOCKET" 2>/dev/null); do
    from_hex name "$hex"
    ! query 'select 1' "$name" >/dev/null 2>&1 </dev/null || echo "$hex"
  done >"$PGN_STATE/databases.new" && [ ! -s "$PGN_STATE/databases.new" ] || mv "$PGN_STATE/databases.new" "$PGN_STATE/databases"
}

# timelines ARCHIVE-ID: the timeline history files of the archive, so that a plan can tell which set lies on which timeline.
timelines() {
  local name number listed
  refuse_strange 'the id of the archive' "$1" 0-9-
  listed=$(repo_ls --output=json "archive/$PGN_STANZA/$1" | tr '}' '\n' |
    sed -nE 's/.*"([0-9A-F]{8}\.history)":\{(.*"time":([0-9]+))?.*/\1 \3/p' | sort -k 1,1 -k 2,2n | awk '!known[$1]++')
  sed -n 's/^\([0-9A-F]*\)\.history \([0-9]\{1,\}\)$/fact history.at \1 \2/p' <<<"$listed"
  for name in $(cut -d ' ' -f 1 <<<"$listed"); do
    for number in $repositories; do
      pgbr repo-get "archive/$PGN_STANZA/$1/$name" --repo="$number" 2>/dev/null && break
    done | sed -n "s/^\([0-9]\{1,\}\)[[:space:]]\{1,\}\([0-9A-F/]\{1,\}\).*/fact history $${name%.history} \1 \2/p"
  done
}

# archive ARCHIVE-ID HIGH8: what the archive holds from this high part of the WAL position on, whatever the timeline, for each
# repository by its number; and what only the live directory holds.
archive() {
  local folder folders listing name number size
  refuse_strange 'the id of the archive' "$1" 0-9-
  refuse_strange 'the WAL position' "$2" 0-9A-F
  size=$(control_value "$PGN_DATA" 'Bytes per WAL segment')
  [ -z "$size" ] || fact control.walsegment "$size"
  for number in $repositories; do
    # One that does not answer has nothing to show, and that is said.
    folders=$(pgbr repo-ls "archive/$PGN_STANZA/$1" --repo="$number" 2>/dev/null) || fact wal.unlisted "$number"
    for folder in $(grep '^[0-9A-F]\{16\}$' <<<"$folders" | sort); do
      [[ $${folder:8} < $2 ]] && continue
      listing=$(pgbr repo-ls --output=json "archive/$PGN_STANZA/$1/$folder" --repo="$number" 2>/dev/null) || fact wal.unlisted "$number"
      fact "wal.$number" "$(tr -d '\n' <<<"$listing")"
    done
  done
  for name in $(local_wal "$PGN_DATA"); do fact wal.local "$name"; done
  timelines "$1"
}

# last_commit SEGMENT,SEGMENT...: the time of the last commit in the first of these segments that has one.
last_commit() {
  local segment look time
  refuse_strange 'the list of segments' "$1" 0-9A-F,
  look=$(mktemp -d "$PGN_STATE/look.XXXXXX") || fail "cannot write to $PGN_STATE"
  for segment in $${1//,/ }; do
    rm -f "$look"/*
    fetch_wal "$segment" "$look" || { fact wal.unreadable "$segment"; continue; }
    time=$(commits "$look/$segment" | tail -n 1)
    [ -z "$time" ] || { fact wal.lastcommit "$time $segment"; break; }
  done
  rm -rf "$look"
}

# fetch_wal SEGMENT FOLDER: from the live directory or the repository.
fetch_wal() {
  if [ -e "$PGN_DATA/pg_wal/$1" ] && written "$PGN_DATA/pg_wal/$1" "$1"; then
    cp "$PGN_DATA/pg_wal/$1" "$2/"
  else
    # It needs the control file of a cluster to know its folder; on a new volume there is none, and no answer.
    pgbr archive-get --no-archive-async "$1" "$2/$1" >/dev/null 2>&1
  fi
}

# commits FILE [OPTION...]: their times. It reads to the end of what is written and complains about what lies behind it.
commits() {
  local file=$1
  shift
  TZ=UTC "$PGN_BIN/pg_waldump" --rmgr=Transaction "$@" "$file" 2>/dev/null | sed -n 's/.*desc: COMMIT\(_PREPARED\)\{0,1\} \([0-9-]*\) \([0-9:.]*\) UTC.*/\2T\3Z/p'
}

# first_commits POSITION:SEGMENT,SEGMENT...: for each of these stretches the time of the first commit behind the position, in decimal.
first_commits() {
  local stretch segment look time n=0 size from
  refuse_strange 'the stretches of WAL' "$1" '0-9A-F:, '
  size=$(control_value "$PGN_DATA" 'Bytes per WAL segment')
  look=$(mktemp -d "$PGN_STATE/look.XXXXXX") || fail "cannot write to $PGN_STATE"
  for stretch in $1; do
    n=$((n + 1)) time=none from=$${stretch%%:*}
    for segment in $(tr ',' ' ' <<<"$${stretch#*:}"); do
      rm -f "$look"/*
      fetch_wal "$segment" "$look" || { time=unread; break; }
      # The position is within the first of them.
      time=$(if [ "$segment" = "$(cut -d , -f 1 <<<"$${stretch#*:}")" ] && [ $((from % $${size:-16777216})) != 0 ]; then
        commits "$look/$segment" --start="$(printf '%X/%X' $((from >> 32)) $((from & 4294967295)))"
      else
        commits "$look/$segment"
      fi | head -n 1)
      [ -z "$time" ] || break
      time=none
    done
    fact wal.first "$n $time"
  done
  rm -rf "$look"
}

# The restore under way, which must be of this id.
own_restore() {
  refuse_strange 'the id of the restore' "$1" "$name_characters"
  [ "$(state_get id)" = "$1" ] || fail "there is no unfinished restore $1" 3
}

accept() {
  own_restore "$1"
  case $(state_get phase) in
    recovering | paused) state_put accept=true; fact accepted "$1" ;;
    *) fail "restore $1 does not wait at its target (phase $(state_get phase))" 3 ;;
  esac
}

# cancel ID: gives up a restore before its swap is whole. The live directory stays; the copy goes.
cancel() {
  local copy
  own_restore "$1"
  hold_restore 30
  copy=$PGN_DATA.restore-$1
  case $(state_get phase) in
    archiving | copying | recovering | paused | ready | switching | swapping) ;;
    *) fail "restore $1 is in place already (phase $(state_get phase))" 3 ;;
  esac
  if [ "$(state_get strategy)" = in-place ]; then
    [ "$(state_get phase)" = archiving ] || fail "restore $1 has begun to change $PGN_DATA in place: it cannot be taken back, run the same Restore again" 3
  else
    live_postmaster "$copy" && ! "$PGN_BIN/pg_ctl" stop -D "$copy" -m fast -w -t 60 -s && fail "the staged server in $copy does not stop"
    if [ ! -e "$PGN_DATA" ] && [ -e "$(kept_of "$1")" ]; then
      mv -T "$(kept_of "$1")" "$PGN_DATA" || fail "cannot move $(kept_of "$1") back"
    elif [ -e "$(kept_of "$1")" ]; then
      fail "restore $1 is in place already: run the same command again to bring it to its end, then Undo" 3
    fi
    if [ "$(state_get source)" != repository ]; then
      [ ! -e "$copy/postgresql.auto.conf.aside" ] || mv -T "$copy/postgresql.auto.conf.aside" "$copy/postgresql.auto.conf"
      [ ! -e "$copy" ] || mv -T "$copy" "$(kept_of "$(state_get source)")" || fail "cannot move $copy back"
    else
      rm -rf "$copy" "$(tablespaces_of "$1")"
    fi
  fi
  rm -rf "$PGN_STATE/wal-$1" "$progress_file"
  state_put phase=cancelled && record_restore && rm -f "$state_file" && sync "$PGN_STATE" || fail "cannot record that restore $1 was given up"
  fact cancelled "$1"
}

now() { date +%s.%N; }

# switch ID SECONDS: from the old server to the copy of an online restore, inside this task. Ends when the new one takes writes.
switch() {
  local began deadline
  own_restore "$1"
  refuse_strange 'the number of seconds' "$2" 0-9
  deadline=$((SECONDS + $2))
  case $(state_get phase) in
    ready)
      # What is on disk already need not be written while nobody serves.
      query checkpoint >/dev/null
      began=$(now)
      state_put phase=switching "switchbegan=$began" || fail "cannot record the switch in $PGN_STATE"
      kill -INT "$(head -n 1 "$PGN_DATA/postmaster.pid")" ;;
    switching | restored | started) began=$(state_get switchbegan) ;;
    *) fail "the copy of restore $1 is not ready (phase $(state_get phase))" 3 ;;
  esac
  until [ "$(state_get phase)" = started ] && [ "$(query 'select pg_is_in_recovery()' 2>/dev/null)" = f ]; do
    [ "$SECONDS" -lt "$deadline" ] || fail "the new server does not take writes after $2 s"
    sleep 0.05
  done
  fact switch.downtime "$(awk "BEGIN { printf \"%.2f\", $(now) - $${began:-$(now)} }")"
  [ "$(state_get target)" != latest ] || check_switch "$1"
  restore_facts
}

# The new timeline must begin behind the last thing that the old server has written.
check_switch() {
  local history fork last
  history=$(query "select pg_walfile_name(pg_current_wal_lsn())") && history=$${history:0:8}
  fork=$(awk 'NF { lsn = $2 } END { print lsn }' "$PGN_DATA/pg_wal/$history.history")
  last=$(control_value "$(kept_of "$1")" 'Latest checkpoint location')
  state_put "reachedlsn=$fork" "reachedtimeline=$((16#$history))" \
    "reachedtime=$(query "select to_char(pg_last_xact_replay_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")"
  [ "$(position "$fork")" -ge "$(position "$last")" ] ||
    fail "the new server began at WAL $fork, before the end $last of the old one: what is between is in $(kept_of "$1"); Undo goes back to it"
}

# nobody_links_to PLACE LINKS: whether none of the other directories has such a link there.
nobody_links_to() {
  local directory link
  for directory in "$PGN_DATA" "$PGN_DATA".kept-* "$PGN_DATA".restore-*; do
    for link in "$directory"/$2; do [ ! -L "$link" ] || [ "$(readlink "$link")" != "$1" ] || return 1; done
  done
}

# discard_linked DIRECTORY: removes what is linked to elsewhere, its WAL or all of it; what is no WAL there is not ours.
discard_linked() {
  local place
  if [ -L "$1/pg_wal" ] && place=$(readlink "$1/pg_wal") && nobody_links_to "$place" pg_wal; then
    find "$place/" -mindepth 1 -maxdepth 1 \( -regextype posix-extended -regex '.*/([0-9A-F]{24}.*|[0-9A-F]{8}\.history|xlogtemp\..*)' -o -name archive_status -o -name summaries \) \
      -exec rm -rf {} + || fail "cannot remove the WAL in $place"
  fi
  [ ! -L "$1" ] || find "$(readlink -f "$1")" -mindepth 1 -delete || fail "cannot remove the content of $(readlink -f "$1")"
}

# has_tablespace PLACE: does another directory than the one that is removed use it?
has_tablespace() {
  local other
  for other in "$PGN_DATA"/pg_tblspc/* "$PGN_DATA".kept-*/pg_tblspc/* "$PGN_DATA".restore-*/pg_tblspc/*; do
    [ "$(readlink "$other")" != "$1" ] || return 0
  done
  return 1
}

# discard ID: removes a kept directory, and the tablespaces and WAL elsewhere that no other directory uses. Renamed first: a kill in
# between leaves nothing that could be taken for whole.
discard() {
  local kept gone=$PGN_DATA.discarded-$1 link place
  kept=$(kept_of "$1")
  refuse_strange 'the id of the kept directory' "$1" "$name_characters"
  [ -d "$kept" ] || [ -d "$gone" ] || fail "no directory is kept under the id $1" 3
  [ ! -d "$kept" ] || mv -T "$kept" "$gone" || fail "cannot rename $kept"
  for link in "$gone"/pg_tblspc/*; do
    [ -L "$link" ] || continue
    place=$(readlink "$link")
    ! has_tablespace "$place" || continue
    rm -rf "$place"/PG_"$(cat "$gone/PG_VERSION")"_*
    case $place in "$PGN_DATA".tablespaces/*) rmdir -p --ignore-fail-on-non-empty "$place" 2>/dev/null ;; esac
  done
  discard_linked "$gone"
  rm -rf "$gone" || fail "cannot remove $gone"
  fact discarded "$1"
}

# take_cluster SYSTEM: the stopped cluster in the data directory becomes the runbook's own; for Import.
take_cluster() {
  local whose
  [ "$(control_value "$PGN_DATA" 'Database system identifier')" = "$1" ] || fail "$PGN_DATA is not the cluster $1 that was looked at" 3
  whose=$(pid_file "$PGN_DATA")
  [ "$whose" = none ] || [ "$whose" = gone ] || fail "a server runs in $PGN_DATA, or was killed there: $(foreign_server "$PGN_DATA"). $(way_out "$PGN_DATA")$(host_words)" 3
  put_mark "$PGN_DATA"
}

# Ends a restore: the server runs and recovery has ended. Before it was started on what was restored there is nothing to end.
finish() {
  own_restore "$1"
  [ "$(state_get phase)" = started ] || fail "restore $1 is unfinished (phase $(state_get phase))" 3
  rm -f "$progress_file"
  rm -f "$state_file" && sync "$PGN_STATE"
  fact finished "$1"
}

# pause SINCE BY REASON...: the scheduled backups are held back until resume.
pause() {
  local since by reason
  read -r since by reason <<<"$1"
  refuse_strange 'the time of the pause' "$since" 0-9TZ:.-
  [ -n "$reason" ] || fail "a pause needs a reason" 2
  printf '%s\n' "since=$since" "by=$by" "reason=$reason" >"$pause_file.new" && sync "$pause_file.new" &&
    mv "$pause_file.new" "$pause_file" && sync "$PGN_STATE" || fail "cannot record the pause in $PGN_STATE"
  pause_facts
}

resume() { rm -f "$pause_file" && sync "$PGN_STATE" || fail "cannot remove $pause_file"; }

# beside_a_task WHAT: what is secret travels on the standard input and output of a command beside a task, never through a job of its own.
beside_a_task() { [ -z "$${NOMAD_META_operation:-}" ] || fail "$1: not in a job, which Nomad shows with its log" 3; }

# receive FINGERPRINT/NAME: a secret file for the data volume, from standard input. It waits beside those in use until all are there.
receive() {
  local file=$secrets/new-$1 part
  beside_a_task 'secrets are received beside a task'
  refuse_strange 'the name of the file' "$1" 'A-Za-z0-9_.%/-'
  case /$1/ in *//*) fail "the name of the file has an empty part" 2 ;; esac
  for part in $${1//\// }; do refuse_strange 'the name of the file' "$part" 'A-Za-z0-9_.%-'; done
  refuse_open_secrets
  mkdir -p "$(dirname "$file")" && head -c -1 >"$file.part" && mv "$file.part" "$file" || fail "cannot write $file"
  # Whatever rights the volume gives to new files by itself.
  refuse_open_secrets
}

# trouble_of NUMBER [INCLUDE-PATH]: why this repository cannot be read with these secrets; nothing where it can.
trouble_of() {
  local said code=0
  said=$(PGBACKREST_CONFIG_INCLUDE_PATH=$${2:-$PGBACKREST_CONFIG_INCLUDE_PATH} pgbr info --output=json --repo="$1" 2>&1) || code=$?
  said=$(LC_ALL=C tr '\000-\011\013-\037\200-\377' '?' <<<"$said")
  grep -oE -m 1 '"code":99,"message":"([^"\\]|\\.)*' <<<"$said" | sed 's/^"code":99,"message":"//' | grep . || [ "$code" = 0 ] || tail -n 1 <<<"$said"
}

# adopt_secrets FINGERPRINT: what was delivered takes the place of what was there, unless a repository refuses it that took that.
adopt_secrets() {
  local new=$secrets/new-$1 number trouble name
  mkdir -p "$new/pgbackrest.d" || fail "cannot write $new"
  if [ -f "$secrets/pgbackrest.d/repository.conf" ] && ! cmp -s "$secrets/pgbackrest.d/repository.conf" "$new/pgbackrest.d/repository.conf"; then
    for number in $repositories; do
      trouble=$(trouble_of "$number" "$(include_path "$new")")
      [ -n "$trouble" ] && [ -z "$(trouble_of "$number")" ] || continue
      fact secrets.refused "$number $trouble"
      rm -rf "$new"
      fail "repository $number refuses the new secrets and takes the present ones, which stay" 3
    done
  fi
  [ -f "$new/pgbackrest.d/repository.conf" ] || rm -f "$secrets/pgbackrest.d/repository.conf"
  # Of the old certificate nothing may stay next to the new one.
  rm -f "$secrets"/tls/*
  # The fingerprint comes last: it says that the others are whole.
  while IFS= read -r name; do
    mv "$new/$name" "$secrets/$name" || fail "cannot write $secrets/$name"
  done < <(find "$new" -type f ! -name fingerprint -printf '%P\n' 2>/dev/null)
  if [ -f "$new/fingerprint" ]; then mv "$new/fingerprint" "$secrets/fingerprint" || fail "cannot write $secrets/fingerprint"; else rm -f "$secrets/fingerprint"; fi
  # Of others only what was left there: one may be on its way.
  rm -rf "$new"
  find "$secrets" -mindepth 1 -maxdepth 1 -name 'new-*' -mmin +60 -exec rm -rf {} +
}

# Passwords of roles, generated or delivered. Only ever beside a task: the log of a job of its own would be kept by Nomad.
passwords() {
  local file role
  beside_a_task 'passwords are shown beside a task'
  for file in "$secrets"/passwords/*; do
    case $file in *.new) continue ;; esac
    [ -f "$file" ] || continue
    role=$(role_of "$file")
    # One that an earlier runbook has kept, and a later one has replaced.
    [ "$file" = "$(password_file "$role")" ] || [ ! -f "$(password_file "$role")" ] || continue
    fact password "$(printf '%s' "$role" | base64 -w 0) $(base64 -w 0 <"$file")"
  done
}

# Keeps a task open for the runbook to deliver secrets into: they travel on standard input, never in a job. None are due for "none".
await_delivery() {
  refuse_strange 'the name of the delivery' "$1" "$name_characters"
  make_folders
  local _
  for _ in $(seq 1 240); do
    if [ "$1" = none ] || [ "$(cat "$secrets/new-$1/fingerprint" 2>/dev/null)" = "$1" ]; then return; fi
    sleep 0.25
  done
  fail "no secrets were delivered within a minute"
}

# look DELIVERY: what the repositories of this task's configuration hold, with secrets that come for this alone.
look() {
  refuse_strange 'the name of the delivery' "$1" "$name_characters"
  looked_with=$secrets/new-$1
  trap 'rm -rf "$looked_with"' EXIT
  await_delivery "$1"
  mkdir -p "$looked_with/pgbackrest.d" || fail "cannot write $looked_with"
  PGBACKREST_CONFIG_INCLUDE_PATH=$(include_path "$looked_with")
  facts_of_repositories
}

# back_up_now TYPE [NUMBER]: in one repository, or in all of them.
back_up_now() {
  case $1 in full | diff | incr) ;; *) fail "unknown type of a backup: $1" 2 ;; esac
  [ -z "$${2:-}" ] || refuse_strange 'the number of the repository' "$2" 0-9
  hold_backup 3600
  back_up "$1" "$${2:-$repositories}" detail
}

# verify NUMBER: has every file of a repository read. It says nothing for hours, so how far it is, is counted where it reads.
verify() {
  refuse_strange 'the number of the repository' "$1" 0-9
  # The counter ends with this shell, which holds the other end of its input.
  exec 7> >(tell_reading)
  pgbr verify --repo="$1" --output=text --verbose --log-level-console=info 7>&-
}

# expire preview|run NUMBER [LABEL]: removes what is not to be kept any more from a repository, or one set with all that builds on it.
expire() {
  local options=(--repo="$2" --log-level-console=info)
  case $1 in preview | run) ;; *) fail "unknown way to expire: $1" 2 ;; esac
  refuse_strange 'the number of the repository' "$2" 0-9
  [ -z "$${3:-}" ] || { refuse_strange 'the label of the set' "$3" "$name_characters" && options+=(--set="$3"); }
  if [ "$1" = run ]; then
    refuse_during_restore "nothing is expired"
    # A scheduled backup waits for it, where pgBackRest would let it fail.
    hold_backup 60
  else
    options+=(--dry-run)
  fi
  pgbr expire "$${options[@]}" 2>&1
}

tell_reading() {
  while read -r -t 5; [ $? -gt 128 ]; do
    say "progress verify $(for process in $(pgrep -g 0 -x pgbackrest); do cat "/proc/$process/io" 2>/dev/null; done | awk '/^rchar:/ { n += $2 } END { printf "%d", n }')"
  done
}

# operate OPERATION ARGUMENT: an argument of several words is taken apart at blanks, and never expanded to names of files.
operate() {
  local words
  read -ra words <<<"$2"
  case $1 in
    facts) make_folders; facts ;;
    health) make_folders; health; facts ;;
    doctor) make_folders; doctor; facts ;;
    probe) probe "$${2% *}" "$${2#* }" ;;
    archive) archive "$${2% *}" "$${2#* }" ;;
    lastcommit) last_commit "$${2#* }" ;;
    firstcommits) first_commits "$2" ;;
    accept) accept "$2" ;;
    cancel) make_folders; cancel "$2" ;;
    switch) switch "$${words[0]:-}" "$${words[1]:-600}" ;;
    discard) discard "$2" ;;
    finish) finish "$2" ;;
    take-cluster) make_folders; take_cluster "$2" ;;
    pause) make_folders; pause "$2" ;;
    resume) make_folders; resume ;;
    backup) make_folders; back_up_now "$${words[0]:-}" "$${words[1]:-}" ;;
    expire) make_folders; expire "$${words[0]:-}" "$${words[1]:-}" "$${words[2]:-}" ;;
    verify) make_folders; verify "$2" ;;
    await-secrets) await_delivery "$2"; adopt_secrets "$2" ;;
    look) look "$2" ;;
    receive) receive "$2" ;;
    passwords) passwords ;;
    check) pgbr check --log-level-console=info ;;
    *) fail "unknown operation $1" 2 ;;
  esac
}

[ -z "$${NOMAD_META_operation:-}" ] || operate "$NOMAD_META_operation" "$${NOMAD_META_argument:-}"
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
        destination = "local/health.sh"
        perms       = "755"
        change_mode = "noop"
        data        = <<EOT
# What tells whether a cluster is healthy. Check asks for it with the operation `health`; the periodic check looks at some of it by
# itself. After lib.sh.

check_file=$PGN_STATE/check
check_history=$PGN_STATE/check.history
spool_out=$PGN_STATE/pgbackrest/spool/archive/$PGN_STANZA/out

# repository_value NUMBER OPTION: a setting of a repository.
repository_value() { value_in "$${PGBACKREST_CONFIG:-}" "repo$1-$2"; }

# rooms: NAME FREE SIZE PATH of each volume that can run full, in bytes. The spool lies on the data volume, too.
rooms() {
  local number
  room_of data "$PGN_VOLUME"
  for number in $repositories; do
    [ "$(repository_value "$number" type)" != posix ] || room_of "repository$number" "$(repository_value "$number" path)"
  done
}

room_of() {
  local room
  room=$(timeout -k 5 20 df -B1 --output=avail,size "$2" 2>/dev/null | tail -n 1 | tr -s ' ' | sed 's/^ //') && [ -n "$room" ] && echo "$1 $room $2"
}

# waiting: NAME SINCE of every WAL segment that PostgreSQL wants archived and pgBackRest has not dealt with yet.
waiting() {
  find "$PGN_DATA/pg_wal/archive_status" -name '????????????????????????.ready' -printf '%f %T@\n' 2>/dev/null |
    sed 's/\.ready / /; s/\.[0-9]*$//' | grep -vFf <(find "$spool_out" -name '*.ok' -printf '%f\n' 2>/dev/null | sed 's/\.ok$//') | sort
}

# push_error: SINCE CODE WORDS, why pgBackRest could not archive when it last tried; its line feeds as \n.
push_error() {
  local file
  file=$(ls -t "$spool_out"/*.error 2>/dev/null | head -n 1)
  [ -z "$file" ] || echo "$(stat -c %Y "$file") $(head -n 1 "$file") $(tail -n +2 "$file" | sed -z 's/\n$//; s/\n/\\n/g' | cut -c 1-2000)"
}

# archived NUMBER: ARCHIVE-ID NAME TIME of every WAL segment in a repository. The history file of a backup begins with the name of
# a segment, too, and is none.
archived() {
  pgbr repo-ls --recurse --output=json --filter='/[0-9A-F]{24}-[0-9a-f]{40}' "archive/$PGN_STANZA" --repo="$1" 2>/dev/null | tr '}' '\n' |
    sed -nE 's|.*"([0-9]+-[0-9]+)/[0-9A-F]{16}/([0-9A-F]{24})-[0-9a-f]{40}(\.[a-z0-9]+)?":\{(.*"time":([0-9]+))?.*|\1 \2 \5|p' | sort
}

# ranges SEGMENT-SIZE: of sorted lines WHERE NAME TIME the stretches without a hole: WHERE FIRST LAST, and the time of the last.
ranges() {
  local per=$((4294967296 / $1)) where name time number place='' first='' last='' at='' previous=-2
  while read -r where name time; do
    number=$((16#$${name:8:8} * per + 16#$${name:16:8}))
    if [ "$where $${name:0:8}" != "$place $${last:0:8}" ] || [ "$number" -gt $((previous + 1)) ]; then
      [ -z "$first" ] || echo "$place $first $last $at"
      place=$where first=$name
    fi
    last=$name at=$${time:-0} previous=$number
  done
  [ -z "$first" ] || echo "$place $first $last $at"
}

# server_health: what the server says of itself, in one answer.
server_health() {
  query "select pg_is_in_recovery(), case when pg_is_in_recovery() then '' else pg_walfile_name(pg_current_wal_lsn()) end,
    failed_count, coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false),
    coalesce(extract(epoch from last_failed_time)::bigint, 0), coalesce(last_failed_wal, ''),
    coalesce((select sum(checksum_failures) from pg_stat_database), -1)
    from pg_stat_archiver"
}

# altered: settings that only the configuration decides, and that postgresql.auto.conf changes all the same: NAME VALUE. From the file, as the
# server does not answer where it was told to listen elsewhere.
altered() {
  local line name value
  while IFS= read -r line || [ -n "$line" ]; do
    if setting_of "$line"; then
      ! ours "$name" "$value" || printf '%s %s\n' "$name" "$(tr -d '[:cntrl:]' <<<"$value" | cut -c 1-200)"
    elif [[ $line =~ ^[[:space:]]*([A-Za-z_][A-Za-z0-9_.]*) ]] && ours "$${BASH_REMATCH[1],,}" /; then
      printf '%s (a value with escapes)\n' "$${BASH_REMATCH[1],,}"
    fi
  done 2>/dev/null <"$PGN_DATA/postgresql.auto.conf" | sort -u
}

# history_of TIMELINE: how it descends. The server keeps the file of its own; the archive has those of all.
history_of() {
  local name=$1.history number
  if [ -f "$PGN_DATA/pg_wal/$name" ]; then
    cat "$PGN_DATA/pg_wal/$name"
  elif [ "$1" != 00000001 ]; then
    for number in $repositories; do
      pgbr repo-get "archive/$PGN_STANZA/$2/$name" --repo="$number" 2>/dev/null && break
    done
  fi | sed -n "s/^\([0-9]\{1,\}\)[[:space:]]\{1,\}\([0-9A-F/]\{1,\}\).*/fact history $1 \1 \2/p"
}

# health: the server first and the archive last. So whatever it has handed over by then must stand there.
health() {
  local server size number listed current='' id=''
  # By its socket: from a task with processes of its own it could not be seen otherwise.
  if server=$(server_health 2>/dev/null); then
    fact health.server "$server"
    current=$${server#*|} current=$${current%%|*}
  fi
  size=$(control_value "$PGN_DATA" 'Bytes per WAL segment')
  fact health.segment "$${size:=16777216}"
  listed=$(waiting)
  fact health.waiting "$(grep -c . <<<"$listed") $(cut -d ' ' -f 2 <<<"$listed" | sort -n | head -n 1)"
  sed '/./s/^/- /' <<<"$listed" | grep . | ranges "$size" | sed 's/^/fact health.waits /'
  rooms | sed 's/^/fact health.room /'
  altered 2>/dev/null | sed 's/^/fact health.altered /'
  tail -n 200 "$check_history" 2>/dev/null | sed 's/^/fact health.past /'
  [ -n "$PGN_STANZA" ] || return 0
  fact health.pusherror "$(push_error)"
  for number in $repositories; do
    if listed=$(archived "$number"); then
      id=$(tail -n 1 <<<"$listed" | cut -d ' ' -f 1)
      grep . <<<"$listed" | ranges "$size" | sed "s/^/fact health.wal $number /"
    else
      fact health.unlisted "$number"
    fi
  done
  [ -n "$current" ] || current=$(printf %08X "$(control_value "$PGN_DATA" "Latest checkpoint's TimeLineID")")
  history_of "$${current:0:8}" "$id"
}
EOT
      }

      template {
        destination = "local/doctor.sh"
        perms       = "755"
        change_mode = "noop"
        data        = <<EOT
# What the host of the data must be like. Doctor asks for it with the operation `doctor`. After lib.sh and health.sh.

# Asked beside a task or in a job of its own: under the driver exec both see the host's /etc and /usr as they were when the task began.
doctor() {
  fact host.os "$(sed -n 's/^PRETTY_NAME=//p' /etc/os-release 2>/dev/null | tr -d '"')"
  fact host.zone "$(date +%Z)"
  fact host.unit "$(unit_state /etc /lib)"
  debian_clusters /etc | sed 's/^/fact host.cluster /'
  rooms | sed 's/^/fact host.room /'
  fact host.open "$(open_folder "$NOMAD_TASK_DIR")"
  fact host.logins "$(logins /etc/passwd)"
}

# open_folder FOLDER: names it where every user may write to it and pass through all that it lies in.
open_folder() {
  local folder=$1 mode
  mode=$(stat -c %a "$folder") && case $mode in *[2367]) ;; *) return 0 ;; esac
  while [ "$folder" != / ]; do
    mode=$(stat -c %a "$folder") && case $mode in *[1357]) ;; *) return 0 ;; esac
    folder=$(dirname "$folder")
  done
  echo "$1"
}

# logins PASSWD: the people in it.
logins() { awk -F: '$3 >= 1000 && $3 < 65534 && $7 !~ /\/(nologin|false|sync)$/ { print $1 }' "$1" 2>/dev/null | tr '\n' ' '; }

# unit_state ETC LIB: of the unit by which Debian starts PostgreSQL: masked, absent, enabled or disabled.
unit_state() {
  if [ "$(readlink "$1/systemd/system/postgresql.service")" = /dev/null ]; then
    echo masked
  elif [ ! -e "$2/systemd/system/postgresql.service" ]; then
    echo absent
  elif [ -e "$1/systemd/system/multi-user.target.wants/postgresql.service" ]; then
    echo enabled
  else
    echo disabled
  fi
}

# debian_clusters ETC: VERSION NAME PORT START LISTENS DIRECTORY of each cluster that Debian's tools know.
debian_clusters() {
  local conf folder port start listens
  for conf in "$1"/postgresql/*/*/postgresql.conf; do
    [ -r "$conf" ] || continue
    folder=$${conf%/*}
    port=$(conf_value "$conf" port)
    start=$(sed -n 's/^[[:space:]]*\([a-z]\{1,\}\).*/\1/p' "$folder/start.conf" 2>/dev/null | head -n 1)
    listens=false
    (exec 3<>"/dev/tcp/127.0.0.1/$${port:-5432}") 2>/dev/null && listens=true
    echo "$(basename "$${folder%/*}") $${folder##*/} $${port:-5432} $${start:-auto} $listens $(conf_value "$conf" data_directory)"
  done
}

# conf_value FILE NAME: a setting of a postgresql.conf, of which the last one counts.
conf_value() { sed -n "s/^[[:space:]]*$2[[:space:]]*=\{0,1\}[[:space:]]*'\{0,1\}\([^'#[:space:]]*\).*/\1/p" "$1" | tail -n 1; }
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
