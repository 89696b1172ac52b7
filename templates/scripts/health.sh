# What tells whether a cluster is healthy. Check asks for it with the operation `health`; the periodic check looks at some of it by
# itself. After lib.sh.

check_file=$PGN_STATE/check
check_history=$PGN_STATE/check.history
spool_out=$PGN_STATE/pgbackrest/spool/archive/$PGN_STANZA/out

# repository_value NUMBER OPTION: a setting of a repository.
repository_value() { value_in "${PGBACKREST_CONFIG:-}" "repo$1-$2"; }

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
    number=$((16#${name:8:8} * per + 16#${name:16:8}))
    if [ "$where ${name:0:8}" != "$place ${last:0:8}" ] || [ "$number" -gt $((previous + 1)) ]; then
      [ -z "$first" ] || echo "$place $first $last $at"
      place=$where first=$name
    fi
    last=$name at=${time:-0} previous=$number
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
    elif [[ $line =~ ^[[:space:]]*([A-Za-z_][A-Za-z0-9_.]*) ]] && ours "${BASH_REMATCH[1],,}" /; then
      printf '%s (a value with escapes)\n' "${BASH_REMATCH[1],,}"
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
    current=${server#*|} current=${current%%|*}
  fi
  size=$(control_value "$PGN_DATA" 'Bytes per WAL segment')
  fact health.segment "${size:=16777216}"
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
  history_of "${current:0:8}" "$id"
}
