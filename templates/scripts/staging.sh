# The staged server: PostgreSQL on the restored copy, out of reach of clients, which recovers it to its target and stands
# there until it is promoted. What it cannot do, the live directory never has to suffer.

staged_log=$PGN_LOG/restore-$id.log
staged=''

ask_staged() { ask "$staging" "$@"; }

# The staged server has a configuration of its own: nothing that ALTER SYSTEM or whoever wrote the backup left in the copy decides how
# it recovers. PostgreSQL reads postgresql.auto.conf whatever it is started with, so that file is out of its sight meanwhile.
own_settings=postgresql.auto.conf
set_settings_aside() {
  # No server starts beside it since version 12.
  [ ! -e "$beside/recovery.conf" ] || mv -T "$beside/recovery.conf" "$beside/recovery.conf.removed" || fail "cannot move $beside/recovery.conf"
  if [ -e "$beside/$own_settings.aside" ]; then
    rm -f "$beside/$own_settings"
  elif [ -e "$beside/$own_settings" ]; then
    mv -T "$beside/$own_settings" "$beside/$own_settings.aside" || fail "cannot move $beside/$own_settings"
  fi
}

# For the server that starts on the copy later: the operator's own settings, without those that only the configuration decides and
# those that would keep it from starting.
give_settings_back() {
  local from=$beside/$own_settings.aside new=$beside/$own_settings.new line name value
  [ -e "$from" ] || return 0
  removed=()
  while IFS= read -r line || [ -n "$line" ]; do
    if [[ $line =~ ^[[:space:]]*(#.*)?$ ]]; then
      printf '%s\n' "$line"
    elif ! setting_of "$line"; then
      remove_setting unreadable
    elif ours "$name" "$value" || cannot_start "$name" "$value" "$line"; then
      remove_setting "$name"
    else
      printf '%s\n' "$line"
    fi
  done <"$from" >"$new" || fail "cannot write $new"
  mv -T "$new" "$beside/$own_settings" && rm -f "$from" || fail "cannot write $beside/$own_settings"
  [ ${#removed[@]} = 0 ] || {
    mapfile -t removed < <(printf '%s\n' "${removed[@]}" | sort -u)
    say "warning: $own_settings of the copy is not trusted with: ${removed[*]}; removed for the new server, and kept there as comments"
    state_put "settings=${removed[*]}"
  }
}

# remove_setting NAME: kept as a comment. What pgBackRest writes into each copy is no news.
remove_setting() {
  [ "$1/$value" != "restore_command/$restore_command" ] || return 0
  removed+=("$1")
  printf '# removed by restore %s: %s\n' "$id" "$line"
}

# cannot_start NAME VALUE LINE: the server of this host would refuse to start with it.
cannot_start() {
  local library libraries=${PGN_BIN%/bin}/lib try=$staging/try
  case $1 in
    ssl) [[ on == "${2,,}"* || true == "${2,,}"* || yes == "${2,,}"* || $2 = 1 ]] && ! { readable_here ssl_cert_file server.crt && readable_here ssl_key_file server.key; } && return ;;
    ssl_cert_file | ssl_key_file | ssl_ca_file | ssl_crl_file | ssl_dh_params_file) [ -z "$2" ] || (cd "$beside" && [ -r "$2" ]) || return 0 ;;
    shared_preload_libraries)
      for library in ${2//,/ }; do
        library=${library//\"/}
        [ ! -d "$libraries" ] || [ -e "$libraries/${library%.so}.so" ] || return 0
      done ;;
  esac
  mkdir -p "$try" && printf '%s\n' "$3" >"$try/$own_settings" || fail "cannot write to $try"
  ! "$PGN_BIN/postgres" -C data_directory -D "$try" -c config_file=/dev/null >/dev/null 2>&1
}

# readable_here NAME DEFAULT: the file that this setting names.
readable_here() {
  local file
  file=$(cat "$NOMAD_TASK_DIR/postgresql.conf" "$beside/$own_settings.aside" 2>/dev/null | sed -n "s/^[[:space:]]*$1[[:space:]]*=[[:space:]]*'\(.*\)'.*/\1/p" | tail -n 1)
  (cd "$beside" && [ -r "${file:-$2}" ])
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

# The path of this script changes with each allocation; the server's environment names the current one.
restore_command='/bin/bash "$NOMAD_TASK_DIR"/archive-get.sh %f "%p"'


start_staged() {
  action=promote
  [ "$(state_get pause)" != true ] || [ "$(state_get accept)" = true ] || action=pause
  set_settings_aside
  read_configuration "$NOMAD_TASK_DIR/postgresql.conf"
  mkdir -p "$staging" && chmod 700 "$staging" || fail "cannot create the socket folder $staging"
  local options=(-c config_file=/dev/null -c hba_file="$NOMAD_TASK_DIR/pg_hba.first.conf" -c ident_file="$NOMAD_TASK_DIR/pg_ident.conf"
    -c port="$PGN_PORT" -c listen_addresses= -c unix_socket_directories="$staging" -c unix_socket_permissions=0700
    -c hot_standby=on -c primary_conninfo= -c wal_retrieve_retry_interval=250ms -c restore_command="$restore_command"
    # Its log is read here, and by the operator.
    -c lc_messages=C -c log_timezone=UTC -c timezone=UTC -c log_line_prefix='%m [%p] ' -c log_destination=stderr -c logging_collector=off
    # Little memory: this task is not the server's own, and both may run at once.
    -c shared_buffers=128MB -c huge_pages=off -c dynamic_shared_memory_type="${configured[dynamic_shared_memory_type]:-posix}"
    # Nothing works on the copy by itself, once it is promoted.
    -c autovacuum=off -c max_logical_replication_workers=0 -c cron.launch_active_jobs=off -c restart_after_crash=off
    # Nothing of the copy goes to the archive before it is in place; it is kept for then.
    -c archive_mode=on -c archive_command= -c archive_timeout=0
    # What the WAL may need, or would be dropped without it at the promotion.
    -c shared_preload_libraries="${configured[shared_preload_libraries]:-}" -c track_commit_timestamp="${configured[track_commit_timestamp]:-off}")
  [ "$PGN_VERSION" -lt 17 ] || options+=(-c event_triggers=off)
  # Replication slots, which a kept directory may have, need their number and their level.
  local slots=("$beside"/pg_replslot/*)
  [ -e "${slots[0]}" ] && options+=(-c wal_level=logical -c max_replication_slots=$((${#slots[@]} + 10))) || options+=(-c wal_level="${configured[wal_level]:-replica}")
  case $target in
    immediate) options+=(-c recovery_target=immediate -c recovery_target_timeline=current -c recovery_target_action="$action") ;;
    end) options+=(-c recovery_target_timeline=current) ;;
    latest) options+=(-c recovery_target_timeline="${timeline:-current}") ;;
    *) options+=(-c "recovery_target_$target=$value" -c recovery_target_timeline="${timeline:-current}" -c recovery_target_action="$action")
      [ "$exclusive" != true ] || options+=(-c recovery_target_inclusive=off) ;;
  esac
  recovery_room "$beside" "$PGN_DATA"
  options+=("${room[@]}")
  : >"$staged_log"
  : >"$missed"
  # The locks stay with this script: a server that outlives it is found and stopped by the next one.
  "$PGN_BIN/postgres" -D "$beside" "${options[@]}" >>"$staged_log" 2>&1 8>&- 9>&- &
  staged=$!
}

# stop_staged: the server that this script started, or one that an earlier, killed script has left.
stop_staged() {
  live_postmaster "$beside" && ! "$PGN_BIN/pg_ctl" stop -D "$beside" -m fast -w -t 600 -s && fail "the staged server in $beside does not stop"
  staged=''
  rm -f "$beside/postmaster.pid" "$missed"
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

# What its processes, and what they started, have done so far: as long as that changes it is at work.
staged_work() { ps -o pid=,cputimes=,args= --ppid "$staged,$(pgrep -P "$staged" -d ,)" 2>/dev/null; }

# How often the archive was asked in vain for the same segment, since it last had one.
missed=$PGN_STATE/archive.missed
times_missed() {
  local segment most=0
  local -A times=()
  [ -s "$missed" ] && while read -r segment; do
    [[ $segment =~ ^[0-9A-F]+$ ]] || continue
    times[$segment]=$((${times[$segment]:-0} + 1))
    [ "${times[$segment]}" -le "$most" ] || most=${times[$segment]}
  done <"$missed"
  echo "$most"
}

# Where recovery is, into $in_recovery, $replayed, $commit, $paused and $waits. A server that is asked in vain for too long is given up.
look_at_recovery() {
  local row segment work state='pg_is_wal_replay_paused()::int'
  # A pause that is only asked for is none yet.
  [ "$PGN_VERSION" -lt 14 ] || state="(pg_get_wal_replay_pause_state() = 'paused')::int"
  in_recovery=1 paused=0 waits=''
  row=$(ask_staged "select pg_is_in_recovery()::int, coalesce(pg_last_wal_replay_lsn()::text, '-'),
    coalesce(to_char(pg_last_xact_replay_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), '-'),
    case when pg_is_in_recovery() then $state else 0 end,
    coalesce((select wait_event from pg_stat_activity where backend_type = 'startup'), '-')" 2>"$staged_log.asked")
  if [ -n "$row" ]; then
    IFS='|' read -r in_recovery replayed commit paused waits <<<"$row"
    heard=$SECONDS
    return
  fi
  if segment=$(replaying_segment) && [ -n "$segment" ]; then
    replayed=$(printf '%X/%X' "$((16#${segment:8:8}))" "$((16#${segment:16:8} << 24))")
  fi
  case $(sed -n 8p "$beside/postmaster.pid" 2>/dev/null) in
    ready* | standby*) # it says itself that it takes connections
      [ $((SECONDS - heard)) -lt 60 ] || unheard "takes connections, but does not answer: $(tail -n 1 "$staged_log.asked")" ;;
    *)
      work=$(staged_work)
      [ "$work" = "$worked" ] || heard=$SECONDS worked=$work
      [ $((SECONDS - heard)) -lt 600 ] || unheard "does nothing: $(tail -n 1 "$staged_log")" ;;
  esac
}

unheard() { fail "the staged server $1 (for $((SECONDS - heard)) s; its log is $staged_log); $untouched"; }

# tell_progress END: for whoever follows the log, and, on the volume, for whoever looks from elsewhere.
tell_progress() {
  [ "$replayed $commit" != "$told" ] || return 0
  [ -n "$replayed" ] && [ "$replayed" != - ] || return 0
  told="$replayed $commit"
  say "progress replay $replayed ${1:--} ${commit:--}"
  printf 'replayed %s\ncommit %s\nend %s\nmoved %s\n' "$replayed" "${commit#-}" "${1#-}" "$(date -u +%s)" >"$progress_file.new" && mv "$progress_file.new" "$progress_file"
}

# Whether a record in the WAL asks for more connections, workers or locks than the staged server has. Recovery has then written it into
# the control file, and has paused or ended.
asks_for_more() {
  local had="${room[*]}"
  recovery_room "$beside" "$PGN_DATA"
  [ "${room[*]}" != "$had" ]
}

start_with_more() {
  say "the server that wrote the WAL had more of one of these, so recovery starts again with $(printf '%s\n' "${room[@]}" | grep "=" | paste -sd ' ')"
  stop_staged
  start_staged
  heard=$SECONDS
}

# Until the staged server is at the target, or has ended recovery by itself. It is asked; its log is no protocol.
follow_recovery() {
  local last='' told='' end=$expect asked before=0
  [ "$target" != lsn ] || end=$value
  replayed='' commit='-' heard=$SECONDS worked=''
  while :; do
    if ! staged_runs; then
      asks_for_more || recovery_failed
      start_with_more
      continue
    fi
    asked=$(times_missed)
    look_at_recovery
    tell_progress "$end"
    [ "$in_recovery" = 1 ] || return 0
    if [ "$paused" = 1 ] && asks_for_more; then
      start_with_more
      continue
    fi
    if [ "$target" = latest ]; then
      # All sources were asked, twice, and none had more. PostgreSQL waits only after a round that was quicker than the interval, so with a slow
      # archive the wait is never seen: the second time that the archive lacks the same segment, what the disk has was replayed in between.
      if [ "$last" = "$replayed" ] && [ -n "$waits" ]; then
        if [ "$waits" = RecoveryRetrieveRetryInterval ] || [ "$asked" -ge $((before + 2)) ]; then return 0; fi
        [ "$asked" -ge "$before" ] || before=0
      else
        before=$(times_missed)
      fi
    elif [ "$paused" = 1 ] && [ "$action" = pause ]; then
      return 0
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
    fail "recovery ended at WAL $replayed, but the archive continues to $expect; $untouched"
}

promote() {
  local timeline_hex
  if [ "$(ask_staged 'select pg_is_in_recovery()')" = t ]; then
    "$PGN_BIN/pg_ctl" promote -D "$beside" -w -t 3600 -s || recovery_failed
  fi
  timeline_hex=$(ask_staged 'select pg_walfile_name(pg_current_wal_lsn())') || fail "the recovered copy does not answer; $untouched"
  state_put "reachedtimeline=$((16#${timeline_hex:0:8}))"
  open_databases
}

# A locale or an extension that this host lacks shows only when a client comes to the database. A database that cannot be opened is
# reported; it keeps nobody from the others, unless the live server could open it.
open_databases() {
  local hex name database reason
  while IFS= read -r hex; do
    from_hex name "$hex"
    printf -v database %q "$name"
    reason=$(ask_staged 'select 1' "$name" 2>&1 >/dev/null </dev/null) && continue
    reason=$(sed -n 's/.*FATAL: *//p' <<<"$reason" | head -n 1 | cut -c 1-300)
    ! grep -qsx "$hex" "$PGN_STATE/databases" ||
      fail "database $database of the copy cannot be opened ($reason), although the live server opens it; to restore without it: ./build.sh Stop, then the same command; $untouched"
    say "warning: database $database of the copy cannot be opened on this host: $reason"
  done < <(databases "$staging")
  while IFS= read -r hex; do
    from_hex name "$hex"
    printf -v database %q "$name"
    say "warning: database $database of the copy is invalid, a DROP DATABASE of it was interrupted: nothing but DROP DATABASE can be done with it"
  done < <(ask_staged "select encode(convert_to(datname::text, getdatabaseencoding()), 'hex') from pg_database where datconnlimit = -2")
}
