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
value=${NOMAD_META_value:-} exclusive=${NOMAD_META_exclusive:-} timeline=${NOMAD_META_timeline:-} expect=${NOMAD_META_expect:-}
source=${NOMAD_META_source:-repository} strategy=${NOMAD_META_strategy:-beside} pause=${NOMAD_META_pause:-false}
for word in "$id" "$set" "$target" "$source" "${timeline:-0}" "$strategy" "$pause"; do
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
    "strategy=$strategy" "pause=$pause" "expect=$expect" "operator=${NOMAD_META_operator:-}" "started=$(date -u +%FT%TZ)" \
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
    for link in "$beside"/pg_tblspc/*; do [ -L "$link" ] && options+=(--tablespace-map="${link##*/}=$(readlink "$link")"); done
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
  pgbr restore "${options[@]}" || fail "pgbackrest restore ended with $?$(if_full); $untouched"
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
