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
      mv "$ready" "${ready%.ready}.done"
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
      [[ $line =~ $pattern ]] && [ "${BASH_REMATCH[2]}" -gt "${asked[${BASH_REMATCH[1]}]:--1}" ] && asked[${BASH_REMATCH[1]}]=${BASH_REMATCH[2]}
    done < <(control "$directory")
  done
  room=()
  for entry in max_connections:max_connections:100 max_worker_processes:max_worker_processes:8 max_wal_senders:max_wal_senders:10 \
    max_prepared_transactions:max_prepared_xacts:0 max_locks_per_transaction:max_locks_per_xact:64; do
    name=${entry%%:*}
    value=${entry#*:}
    for value in "${entry##*:}" "${configured[$name]:-}" "${asked[${value%%:*}]:-}"; do
      [[ ! $value =~ ^[0-9]{1,9}$ ]] || [ "$value" -le "${room_most[$name]:--1}" ] || room_most[$name]=$value
    done
    room+=(-c "$name=${room_most[$name]}")
  done
}
