# The staged server: PostgreSQL on the restored copy, out of reach of clients, which recovers it to its target and stands
# there until it is promoted. What it cannot do, the live directory never has to suffer.

staged_log=$PGN_LOG/restore-$id.log
staged=''

ask_staged() { ask "$staging" "$@"; }

# Recovery refuses to run with less of these than the server had that wrote the WAL.
# https://www.postgresql.org/docs/current/hot-standby.html#HOT-STANDBY-ADMIN
room_for_recovery() {
  local pair name most value directory
  for pair in max_connections:max_connections max_worker_processes:max_worker_processes max_wal_senders:max_wal_senders \
    max_prepared_transactions:max_prepared_xacts max_locks_per_transaction:max_locks_per_xact; do
    name=${pair%:*}
    most=$("$PGN_BIN/postgres" -C "$name" -D "$beside" -c config_file="$NOMAD_TASK_DIR/postgresql.conf" 2>/dev/null)
    for directory in "$beside" "$PGN_DATA"; do
      value=$(control_value "$directory" "${pair#*:} setting")
      [ "${value:-0}" -le "${most:-0}" ] || most=$value
    done
    [ -z "$most" ] || options+=(-c "$name=$most")
  done
}

# Standby mode replays what there is and then waits; recovery mode ends, and promotes, by itself. `latest` waits: whether the
# end of the WAL is its true end is for us to say.
choose_mode() {
  if [ "$target" = latest ]; then
    [ ! -e "$beside/recovery.signal" ] || mv "$beside/recovery.signal" "$beside/standby.signal"
  else
    [ ! -e "$beside/standby.signal" ] || mv "$beside/standby.signal" "$beside/recovery.signal"
  fi
}

start_staged() {
  local action=promote
  [ "$(state_get pause)" != true ] || [ "$(state_get accept)" = true ] || action=pause
  local options=(-c config_file="$NOMAD_TASK_DIR/postgresql.conf" -c hba_file="$NOMAD_TASK_DIR/pg_hba.first.conf" -c ident_file="$NOMAD_TASK_DIR/pg_ident.conf"
    -c listen_addresses= -c unix_socket_directories="$staging" -c unix_socket_permissions=0700
    -c hot_standby=on -c primary_conninfo= -c lc_messages=C -c log_timezone=UTC -c wal_retrieve_retry_interval=250ms
    # Little memory: this task is not the server's own, and both may run at once.
    -c shared_buffers=128MB -c huge_pages=off
    # Nothing of the copy goes to the archive before it is in place; it is kept for then.
    -c archive_mode=on -c archive_command= -c archive_timeout=0)
  case $target in
    immediate) options+=(-c recovery_target=immediate -c recovery_target_timeline=current -c recovery_target_action=$action) ;;
    end) options+=(-c recovery_target_timeline=current) ;;
    latest) options+=(-c recovery_target_timeline="${timeline:-current}") ;;
    *) options+=(-c "recovery_target_$target=$value" -c recovery_target_timeline="${timeline:-current}" -c recovery_target_action=$action)
      [ "$exclusive" != true ] || options+=(-c recovery_target_inclusive=off) ;;
  esac
  room_for_recovery
  mkdir -p "$staging" && chmod 700 "$staging" || fail "cannot create the socket folder $staging"
  : >"$staged_log"
  # The locks stay with this script: a server that outlives it is found and stopped by the next one.
  "$PGN_BIN/postgres" -D "$beside" "${options[@]}" >>"$staged_log" 2>&1 8>&- 9>&- &
  staged=$!
}

# stop_staged: the server that this script started, or one that an earlier, killed script has left.
stop_staged() {
  live_postmaster "$beside" && ! "$PGN_BIN/pg_ctl" stop -D "$beside" -m fast -w -t 600 -s && fail "the staged server in $beside does not stop"
  staged=''
  rm -f "$beside/postmaster.pid"
}

staged_runs() { [ -n "$staged" ] && kill -0 "$staged" 2>/dev/null; }

# The staged server has ended: in its own words, why.
recovery_failed() {
  local words
  words=$(grep -E 'FATAL:|PANIC:|does not answer' "$staged_log" | grep -v 'the database system is' | tail -n 3 | sed 's/^.*\(FATAL\|PANIC\): *//')
  case $words in
    *'before configured recovery target was reached'*)
      fail "the target ($target $value) is not in the WAL: recovery came to its end at WAL $(last_replayed), $(last_completed); $untouched" ;;
    *'does not answer'*) fail "the repository failed during recovery, which stopped instead of ending early; $untouched" ;;
    *) fail "recovery stopped: $(tr '\n' ';' <<<"${words:-the server ended without a word, see $staged_log}"); $untouched" ;;
  esac
}

last_completed() { sed -n 's/.*last completed transaction was at log time \(.*\)/last commit \1/p' "$staged_log" | tail -n 1 | grep . || echo 'no commit'; }
last_replayed() { sed -n 's/.*redo done at \([0-9A-F/]*\).*/\1/p' "$staged_log" | tail -n 1 | grep . || echo unknown; }

# Before it is consistent the server lets nobody in, but shows in its title which segment it replays.
replaying_segment() { ps -o args= --ppid "$staged" 2>/dev/null | sed -n 's/.*startup.* recovering \([0-9A-F]\{24\}\).*/\1/p'; }

# Where recovery stands, into $in_recovery, $replayed, $commit, $paused and $waits.
look_at_recovery() {
  local row segment
  in_recovery=1 paused=0 waits=''
  row=$(ask_staged "select pg_is_in_recovery()::int, coalesce(pg_last_wal_replay_lsn()::text, '-'),
    coalesce(to_char(pg_last_xact_replay_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), '-'),
    case when pg_is_in_recovery() then pg_is_wal_replay_paused()::int else 0 end,
    coalesce((select wait_event from pg_stat_activity where backend_type = 'startup'), '-')" 2>/dev/null)
  if [ -n "$row" ]; then
    IFS='|' read -r in_recovery replayed commit paused waits <<<"$row"
  elif segment=$(replaying_segment) && [ -n "$segment" ]; then
    replayed=$(printf '%X/%X' "$((16#${segment:8:8}))" "$((16#${segment:16:8} << 24))")
  fi
}

# tell_progress END: for whoever follows the log, and, on the volume, for whoever looks from elsewhere.
tell_progress() {
  [ "$replayed $commit" != "$told" ] || return 0
  [ -n "$replayed" ] && [ "$replayed" != - ] || return 0
  told="$replayed $commit"
  say "progress replay $replayed ${1:--} ${commit:--}"
  printf 'replayed %s\ncommit %s\nend %s\nmoved %s\n' "$replayed" "${commit#-}" "${1#-}" "$(date -u +%s)" >"$progress_file.new" && mv "$progress_file.new" "$progress_file"
}

# Until the staged server stands at the target, or has ended recovery by itself.
follow_recovery() {
  local last='' told='' end=$expect
  [ "$target" != lsn ] || end=$value
  replayed='' commit='-'
  while :; do
    staged_runs || recovery_failed
    look_at_recovery
    tell_progress "$end"
    [ "$in_recovery" = 1 ] || return 0
    if [ "$target" = latest ]; then
      # All sources were asked, twice, and none had more.
      [ "$waits" = RecoveryRetrieveRetryInterval ] && [ "$last" = "$replayed" ] && return 0
    elif [ "$paused" = 1 ]; then
      # Newer servers pause for another reason, too: too few of some resource. Ours have enough, unless the WAL raises it.
      grep -q 'recovery stopping' "$staged_log" && return 0
      grep -q 'recovery has paused' "$staged_log" && fail "recovery has paused for want of a resource: $(grep -A 2 -m 1 'because of insufficient' "$staged_log" | tr '\n' ' '); $untouched"
    fi
    last=$replayed
    sleep 0.3
  done
}

# What was asked for and what was reached.
check_reached() {
  state_put "reachedlsn=$replayed" "reachedtime=${commit#-}"
  [ "$target" = latest ] && [ -n "$expect" ] || return 0
  [ "$(position "$replayed")" -ge "$(position "$expect")" ] ||
    fail "recovery came to its end at WAL $replayed, but the archive goes on to $expect; $untouched"
}

promote() {
  local timeline_hex database
  if [ "$(ask_staged 'select pg_is_in_recovery()')" = t ]; then
    "$PGN_BIN/pg_ctl" promote -D "$beside" -w -t 3600 -s || recovery_failed
  fi
  timeline_hex=$(ask_staged 'select pg_walfile_name(pg_current_wal_lsn())') || fail "the recovered copy does not answer; $untouched"
  state_put "reachedtimeline=$((16#${timeline_hex:0:8}))"
  # A locale or an extension that this host lacks shows only when somebody comes to the database.
  while IFS= read -r database; do
    ask_staged 'select 1' "$database" >/dev/null </dev/null || fail "database $database of the copy cannot be opened on this host; $untouched"
  done < <(ask_staged 'select datname from pg_database where datallowconn')
}
