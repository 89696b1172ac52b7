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
  state_begin "id=$id" "set=$set" "target=$target" "timeline=${NOMAD_META_timeline:-}" "operator=${NOMAD_META_operator:-}" \
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
      mv "$ready" "${ready%.ready}.done"
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
    latest) options+=(--type=default --target-timeline="${NOMAD_META_timeline:-latest}") ;;
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
  pgbr restore "${options[@]}" || fail "pgbackrest restore ended with $?; the live directory $PGN_DATA is untouched"
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
  [ "$address" = $((16#${2:8:8} * 4294967296 + 16#${2:16:8} * size)) ]
}

# For `latest`, segments that never reached the archive are offered to recovery: PostgreSQL looks there after the archive.
offer_local_wal() {
  local wal name
  [ "$target" = latest ] && [ -d "$PGN_DATA/pg_wal" ] || return 0
  for wal in "$PGN_DATA"/pg_wal/*; do
    name=$(basename "$wal")
    case $name in *[!0-9A-F]*) continue ;; esac
    [ ${#name} = 24 ] && [ ! -e "$PGN_DATA/pg_wal/archive_status/$name.done" ] && written "$wal" "$name" || continue
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
