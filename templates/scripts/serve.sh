#!/bin/bash
# The server task. An init (tini) stands above this script and PostgreSQL below it: PostgreSQL must never be PID 1, or it
# takes the exit of a daemonised pgbackrest for a crashed backend and restarts every few seconds.
. "$NOMAD_TASK_DIR/lib.sh"
. "$NOMAD_TASK_DIR/handover.sh"

make_folders
mkdir -p "$PGN_SOCKET" || fail "cannot create the socket folder $PGN_SOCKET"
hold_data 60

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
  *) [ "$(state_get strategy)" = online ] || fail "restore $(state_get id) is unfinished (phase $phase): run the same Restore again, it goes on from here" 3 ;;
esac

if [ -f "$PGN_DATA/postmaster.pid" ]; then
  live_postmaster "$PGN_DATA" && fail "a PostgreSQL server that lost its task still runs in $PGN_DATA (process $(head -n 1 "$PGN_DATA/postmaster.pid")): stop it with $PGN_BIN/pg_ctl stop -D $PGN_DATA" 4
  # We hold the data lock, so nobody else runs here; the same number may belong to another process by now, or to one of
  # our own PID namespace, and PostgreSQL would refuse to start for it.
  say "removing the stale postmaster.pid of a server that was killed"
  rm -f "$PGN_DATA/postmaster.pid"
fi

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
  rmdir "$PGN_DATA" 2>/dev/null
  mv -T "$PGN_DATA.new" "$PGN_DATA" || fail "cannot move the new cluster to $PGN_DATA"
}

if [ ! -e "$PGN_DATA/PG_VERSION" ]; then
  [ -z "$(ls -A "$PGN_DATA" 2>/dev/null)" ] || fail "$PGN_DATA holds files but no PostgreSQL cluster: move them away first" 3
  create_cluster
fi
found=$(cat "$PGN_DATA/PG_VERSION")
[ "$found" = "$PGN_VERSION" ] || fail "$PGN_DATA is a cluster of PostgreSQL $found, the configuration says $PGN_VERSION" 3

# The server keeps the place that it was started with, so the file must be there; the whole one comes with the first deployment.
settle_conf
[ -e "$conf/pg_hba.conf" ] || { cp "$NOMAD_TASK_DIR/pg_hba.first.conf" "$conf/pg_hba.conf.new" && mv "$conf/pg_hba.conf.new" "$conf/pg_hba.conf"; } ||
  fail "cannot write $conf/pg_hba.conf"

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
  # The lock stays with this script (9>&-): a process that PostgreSQL leaves behind must not hold off the next restore.
  "$PGN_BIN/postgres" -D "$PGN_DATA" "${options[@]}" 9>&- &
  server=$!
  # A signal ends the wait early; only a wait that no signal has ended tells how the server did, even if it ended at once.
  interrupted=1
  while [ -n "$interrupted" ]; do
    interrupted=
    wait "$server"
    code=$?
  done
}

told=
trap 'told=1 interrupted=1; kill -INT "$server" 2>/dev/null' INT TERM # fast shutdown, whichever signal asks for it
trap 'told=1 interrupted=1; kill -QUIT "$server" 2>/dev/null' QUIT
run_server
# Not told to end, but stopped for the switch: the next server runs in this same task, since a new one would take its time.
while [ -z "$told" ] && [ "$(state_get phase)" = switching ]; do
  hand_over
  # No client waits for it, so the rest of the old WAL goes to the archive while the new server serves.
  (archive_rest "$(kept_of "$(state_get id)")") 9>&- &
  run_server
done
exit "$code"
