# What the runbook asks the node on demand: operate.sh OPERATION [ARGUMENT]. Runs in a dispatched job, or, where the server
# task runs, in that task through `nomad alloc exec` with lib.sh, holder.sh, health.sh, doctor.sh and this file on standard input.
[ -n "${state_file:-}" ] || { . "$NOMAD_TASK_DIR/lib.sh" && . "$NOMAD_TASK_DIR/holder.sh" && . "$NOMAD_TASK_DIR/health.sh" && . "$NOMAD_TASK_DIR/doctor.sh"; }

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
  du -sbcD "${places[@]}" 2>/dev/null | tail -n 1 | cut -f 1
}

facts_of_kept() {
  local kept
  for kept in "$PGN_DATA".kept-*; do
    [ -d "$kept" ] || continue
    fact kept "${kept##*.kept-} $(bytes_of "$kept") $(stat -c %Z "$kept") $kept"
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
  sed -n 's/^\(repo[0-9]*-\)\(type\|path\|storage-port\|cipher-type\|s3-endpoint\|s3-bucket\|azure-account\|azure-container\|azure-endpoint\|gcs-bucket\|gcs-endpoint\|sftp-host\|sftp-host-port\)=/fact config.\1\2 /p' "${PGBACKREST_CONFIG:-/nonexistent}" 2>/dev/null
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
  for label in ${1//,/ }; do
    if repository_of "$label" >/dev/null; then fact set.whole "$label"; else fact set.broken "$label"; fi
  done
  for folder in ${2//,/ }; do
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
    done | sed -n "s/^\([0-9]\{1,\}\)[[:space:]]\{1,\}\([0-9A-F/]\{1,\}\).*/fact history ${name%.history} \1 \2/p"
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
      [[ ${folder:8} < $2 ]] && continue
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
  for segment in ${1//,/ }; do
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
    n=$((n + 1)) time=none from=${stretch%%:*}
    for segment in $(tr ',' ' ' <<<"${stretch#*:}"); do
      rm -f "$look"/*
      fetch_wal "$segment" "$look" || { time=unread; break; }
      # The position is within the first of them.
      time=$(if [ "$segment" = "$(cut -d , -f 1 <<<"${stretch#*:}")" ] && [ $((from % ${size:-16777216})) != 0 ]; then
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
  fact switch.downtime "$(awk "BEGIN { printf \"%.2f\", $(now) - ${began:-$(now)} }")"
  [ "$(state_get target)" != latest ] || check_switch "$1"
  restore_facts
}

# The new timeline must begin behind the last thing that the old server has written.
check_switch() {
  local history fork last
  history=$(query "select pg_walfile_name(pg_current_wal_lsn())") && history=${history:0:8}
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
beside_a_task() { [ -z "${NOMAD_META_operation:-}" ] || fail "$1: not in a job, which Nomad shows with its log" 3; }

# receive FINGERPRINT/NAME: a secret file for the data volume, from standard input. It waits beside those in use until all are there.
receive() {
  local file=$secrets/new-$1 part
  beside_a_task 'secrets are received beside a task'
  refuse_strange 'the name of the file' "$1" 'A-Za-z0-9_.%/-'
  case /$1/ in *//*) fail "the name of the file has an empty part" 2 ;; esac
  for part in ${1//\// }; do refuse_strange 'the name of the file' "$part" 'A-Za-z0-9_.%-'; done
  refuse_open_secrets
  mkdir -p "$(dirname "$file")" && head -c -1 >"$file.part" && mv "$file.part" "$file" || fail "cannot write $file"
  # Whatever rights the volume gives to new files by itself.
  refuse_open_secrets
}

# trouble_of NUMBER [INCLUDE-PATH]: why this repository cannot be read with these secrets; nothing where it can.
trouble_of() {
  local said code=0
  said=$(PGBACKREST_CONFIG_INCLUDE_PATH=${2:-$PGBACKREST_CONFIG_INCLUDE_PATH} pgbr info --output=json --repo="$1" 2>&1) || code=$?
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
  [ -z "${2:-}" ] || refuse_strange 'the number of the repository' "$2" 0-9
  hold_backup 3600
  back_up "$1" "${2:-$repositories}" detail
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
  [ -z "${3:-}" ] || { refuse_strange 'the label of the set' "$3" "$name_characters" && options+=(--set="$3"); }
  if [ "$1" = run ]; then
    refuse_during_restore "nothing is expired"
    # A scheduled backup waits for it, where pgBackRest would let it fail.
    hold_backup 60
  else
    options+=(--dry-run)
  fi
  pgbr expire "${options[@]}" 2>&1
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
    probe) probe "${2% *}" "${2#* }" ;;
    archive) archive "${2% *}" "${2#* }" ;;
    lastcommit) last_commit "${2#* }" ;;
    firstcommits) first_commits "$2" ;;
    accept) accept "$2" ;;
    cancel) make_folders; cancel "$2" ;;
    switch) switch "${words[0]:-}" "${words[1]:-600}" ;;
    discard) discard "$2" ;;
    finish) finish "$2" ;;
    take-cluster) make_folders; take_cluster "$2" ;;
    pause) make_folders; pause "$2" ;;
    resume) make_folders; resume ;;
    backup) make_folders; back_up_now "${words[0]:-}" "${words[1]:-}" ;;
    expire) make_folders; expire "${words[0]:-}" "${words[1]:-}" "${words[2]:-}" ;;
    verify) make_folders; verify "$2" ;;
    await-secrets) await_delivery "$2"; adopt_secrets "$2" ;;
    look) look "$2" ;;
    receive) receive "$2" ;;
    passwords) passwords ;;
    check) pgbr check --log-level-console=info ;;
    *) fail "unknown operation $1" 2 ;;
  esac
}

[ -z "${NOMAD_META_operation:-}" ] || operate "$NOMAD_META_operation" "${NOMAD_META_argument:-}"
