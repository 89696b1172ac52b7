#!/bin/bash
# The server task. An init (tini) stands above this script and PostgreSQL below it: PostgreSQL must never be PID 1, or it
# takes the exit of a daemonised pgbackrest for a crashed backend and restarts every few seconds.
. "$NOMAD_TASK_DIR/lib.sh"
. "$NOMAD_TASK_DIR/holder.sh"
. "$NOMAD_TASK_DIR/handover.sh"

# Until there is a server to pass it on to, a signal ends this script.
trap 'exit 143' INT TERM QUIT
make_folders
mkdir -p "$PGN_SOCKET" || fail "cannot create the socket folder $PGN_SOCKET"
take_over 60

# Between the old server and the new one of an online restore; also when a kill came in between.
hand_over() {
  local id beside kept
  id=$(state_get id) beside=$(copy_of "$(state_get id)") kept=$(kept_of "$(state_get id)")
  if [ "$(state_get target)" = latest ] && [ -e "$beside" ]; then
    offer_wal "$PGN_DATA"
    [ ! -e "$beside/standby.signal" ] || mv "$beside/standby.signal" "$beside/recovery.signal"
  fi
  swap
  state_put phase=restored "switched=$(date -u +%FT%TZ)" || fail "cannot record the switch to restore $id in $PGN_STATE"
}

# From here on the restore is spent: its files have a server of their own.
claim_restore() {
  [ "$(state_get phase)" = restored ] || return 0
  record_restore && state_put phase=started || fail "cannot record the start of restore $(state_get id) in $PGN_STATE"
}

phase=$(state_get phase)
case $phase in
  '' | restored | started) ;;
  switching) ;;
  *) [ "$(state_get strategy)" = online ] || fail "restore $(state_get id) is unfinished (phase $phase): run the same Restore again, it continues from here" 3 ;;
esac

[ "$(pid_file "$PGN_DATA")" != runs ] || stop_orphan
clear_pid_file

[ "$phase" != switching ] || hand_over

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
  # From version 18 on they are on unless they are turned off; older ones do not know the word.
  if [ "$PGN_CHECKSUMS" = true ]; then options+=(--data-checksums); elif [ "$PGN_VERSION" -ge 18 ]; then options+=(--no-data-checksums); fi
  rm -rf "$PGN_DATA.new"
  "$PGN_BIN/initdb" -D "$PGN_DATA.new" "${options[@]}" >"$PGN_STATE/initdb.log" 2>&1 || { cat "$PGN_STATE/initdb.log" >&2; fail "initdb failed"; }
  keep_empty "$PGN_DATA.new"
  put_mark "$PGN_DATA.new"
  rmdir "$PGN_DATA" 2>/dev/null
  mv -T "$PGN_DATA.new" "$PGN_DATA" || fail "cannot move the new cluster to $PGN_DATA"
}

if [ ! -e "$PGN_DATA/PG_VERSION" ]; then
  [ -z "$(ls -A "$PGN_DATA" 2>/dev/null)" ] || fail "$PGN_DATA holds files but no PostgreSQL cluster: move them away first" 3
  create_cluster
elif ! is_ours; then
  fail "$PGN_DATA holds a cluster that this runbook did not make (system identifier $(control_value "$PGN_DATA" 'Database system identifier')): ./build.sh Import --take-over makes it the runbook's, with its data. $(other_cluster)" 3
fi
put_mark "$PGN_DATA"
found=$(cat "$PGN_DATA/PG_VERSION")
[ "$found" = "$PGN_VERSION" ] || fail "$PGN_DATA is a cluster of PostgreSQL $found, the configuration says $PGN_VERSION" 3

# The server keeps the place that it was started with, so the file must be there; the whole one comes with the first deployment.
settle_conf
[ -e "$conf/pg_hba.conf" ] || { cp "$NOMAD_TASK_DIR/pg_hba.first.conf" "$conf/pg_hba.conf.new" && mv "$conf/pg_hba.conf.new" "$conf/pg_hba.conf"; } ||
  fail "cannot write $conf/pg_hba.conf"

# A standby never takes writes. A recovery that somebody else prepared ends by itself: without its file a restored backup is torn.
case $(state_get phase)/$(state_get strategy) in
  started/online | restored/*) ;;
  *)
    [ ! -e "$PGN_DATA/standby.signal" ] ||
      fail "$PGN_DATA/standby.signal is not the runbook's: with it the server stays a standby and takes no writes. Renamed to recovery.signal it replays what it has and then serves; or use ./build.sh Restore" 3 ;;
esac

run_server() {
  local options=(-c config_file="$NOMAD_TASK_DIR/postgresql.conf" -c hba_file="$conf/pg_hba.conf" -c ident_file="$NOMAD_TASK_DIR/pg_ident.conf")
  claim_restore
  # What an online restore has left to replay, on the way that it was told to follow.
  if [ -e "$PGN_DATA/recovery.signal" ] && [ "$(state_get strategy)" = online ]; then
    options+=(-c recovery_target_timeline="$(state_get timeline)")
    read_configuration "$NOMAD_TASK_DIR/postgresql.conf" "$PGN_DATA/postgresql.auto.conf"
    recovery_room "$PGN_DATA" "$(kept_of "$(state_get id)")"
    options+=("${room[@]}")
  fi
  # Backends of a killed server end by themselves; what they still write must not meet the next one.
  exec 6>>"$server_lock"
  flock -w 60 6 || fail "processes of the server before this one still run in $PGN_DATA (lock $server_lock): on the node, fuser -v $server_lock names them" 4
  # The data lock stays with this script (9>&-): a process that PostgreSQL leaves behind must not hold off the next restore.
  # A shell in the background has SIGINT ignored; a server that is asked to stop before it has its own handlers must end, too.
  (
    trap - INT TERM QUIT
    record_server
    exec "$PGN_BIN/postgres" -D "$PGN_DATA" "${options[@]}"
  ) 9>&- &
  server=$!
  exec 6>&-
  [ -z "$told" ] || kill -INT "$server"
  # A signal ends the wait early; only a wait that no signal has ended tells how the server did, even if it ended at once.
  interrupted=1
  while [ -n "$interrupted" ]; do
    interrupted=
    wait "$server"
    code=$?
  done
}

# again_at_once: was it killed while it served, for the first time in ten minutes? Then nothing is gained by waiting for Nomad's delay.
again_at_once() {
  [ "$code" -gt 128 ] && [ "$(sed -n 8p "$PGN_DATA/postmaster.pid" 2>/dev/null | tr -d ' ')" = ready ] || return 1
  [ -z "$killed" ] || [ $((SECONDS - killed)) -gt 600 ] || return 1
  killed=$SECONDS
  say "the server was ended by signal $((code - 128)): starting it again at once"
  flock -w 60 -s "$server_lock" true
  clear_pid_file
}

told='' server='' killed=''
trap 'told=1 interrupted=1; [ -z "$server" ] || kill -INT "$server" 2>/dev/null' INT TERM # fast shutdown, whichever signal asks for it
trap 'told=1 interrupted=1; [ -z "$server" ] || kill -QUIT "$server" 2>/dev/null' QUIT
run_server
# Not told to end, but stopped for the switch, or killed: the next server runs in this same task, since a new one would take its time.
while [ -z "$told" ]; do
  if [ "$(state_get phase)" = switching ]; then
    hand_over
    # No client waits for it, so the rest of the old WAL goes to the archive while the new server serves.
    (archive_rest "$(kept_of "$(state_get id)")") 9>&- &
  elif ! again_at_once; then
    break
  fi
  run_server
done
exit "$code"
