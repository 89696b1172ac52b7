# Brings reload.conf and pg_hba.conf, which the job carries, to the data volume and into force. They are tried on a server of their own
# before they take any place, so that a delivery needs nothing of the server that it repairs. After lib.sh.

trial='' trial_socket=''
connect_limit=${PGN_CONNECT_LIMIT:-20} standby_limit=${PGN_STANDBY_LIMIT:-10}

# connects SOCKET-FOLDER: a session as a client has it, with whatever the settings make of it. Prints why there is none.
connects() {
  local said database
  # The database postgres may have been dropped.
  for database in postgres template1; do
    said=$(PGDATABASE=$database PGCONNECT_TIMEOUT=$connect_limit timeout "$connect_limit" \
      "$PGN_BIN/psql" -XAtq -h "$1" -p "$PGN_PORT" -U postgres -c 'select 1' 2>&1 >/dev/null) && return
  done
  printf '%s' "${said:-no answer within $connect_limit s}" | tr '\n' ' '
  return 1
}

# The server reads files without taking them over when it is asked what it thinks of them. A line that has a type is one that it takes: it only warns
# that hostssl matches nothing while TLS is off, which the same delivery turns on.
conf_errors="select 'reload.conf, line ' || sourceline || ': ' || name || ': ' || error from pg_file_settings where error is not null and right(sourcefile, 12) = '/reload.conf'
  union all select 'pg_hba.conf, line ' || line_number || ': ' || error from pg_hba_file_rules where error is not null and type is null"

# start_trial: a server in $trial. Ends with 1 where it does not come up; $trial/log says why.
start_trial() {
  local pid _
  # What it may not take from the files; and its words where they are looked for.
  "$PGN_BIN/postgres" -D "$trial/data" -c unix_socket_directories="$trial_socket" -c listen_addresses= -c port="$PGN_PORT" \
    -c shared_buffers=16MB -c max_connections=10 -c huge_pages=off -c archive_mode=off -c logging_collector=off \
    -c log_destination=stderr -c log_min_messages=fatal -c lc_messages=C >"$trial/log" 2>&1 &
  pid=$!
  for _ in $(seq 1 300); do
    [[ $(sed -n 8p "$trial/data/postmaster.pid" 2>/dev/null) != ready* ]] || return 0
    kill -0 "$pid" 2>/dev/null || return 1
    sleep 0.1
  done
  echo 'FATAL:  it did not come up within 30 s' >>"$trial/log"
  return 1
}

stop_trial() { [ -z "$trial" ] || [ ! -e "$trial/data/postmaster.pid" ] || "$PGN_BIN/pg_ctl" stop -D "$trial/data" -m immediate -w -t 30 -s; }

end_trial() { stop_trial; rm -rf "$trial" "$trial_socket"; }

# make_trial: an empty cluster for a server that the owner of the data may enter as the superuser.
make_trial() {
  trap end_trial EXIT
  trial=$(mktemp -d "$NOMAD_TASK_DIR/trial.XXXXXX" 2>/dev/null || mktemp -d "$PGN_STATE/trial.XXXXXX") || return
  # No longer than the folder of a staged server: the path of a socket has a limit.
  trial_socket=$(mktemp -d "$PGN_SOCKET/try-XXX") || return
  if [ "$(cat "$PGN_STATE/empty/PG_VERSION" 2>/dev/null)" = "$PGN_VERSION" ]; then
    cp -a "$PGN_STATE/empty" "$trial/data" || return
  else
    "$PGN_BIN/initdb" -D "$trial/data" -U postgres -A peer -E UTF8 --locale=C -N >"$trial/log" 2>&1 || return
    keep_empty "$trial/data"
  fi
  printf '%s\n' "operator root postgres" "operator $(id -un) postgres" >"$trial/data/pg_ident.conf"
}

trial_words() { grep -E '(FATAL|PANIC|DETAIL|HINT): ' "$trial/log" | sed "s/^.*\(FATAL\|PANIC\|DETAIL\|HINT\): *//" | tr '\n' ';'; }

# What ssl_cert_file and the like say is meant in the folder of the live data.
point_at_data() {
  local name value
  grep -qi '^[[:space:]]*ssl' "$trial/data/reload.conf" || return 0
  for name in ssl_cert_file ssl_key_file ssl_ca_file ssl_crl_file ssl_crl_dir ssl_dh_params_file; do
    value=$("$PGN_BIN/postgres" -C "$name" -D "$trial/data" 2>/dev/null) && [ -n "$value" ] || continue
    case $value in /*) ;; *) printf "%s = '%s'\n" "$name" "${PGN_DATA//\'/\'\'}/${value//\'/\'\'}" >>"$trial/data/postgresql.conf" ;; esac
  done
}

# place_of_error: file and line of what keeps a server from starting, told by one that starts without; ends with 1 where it names none, and
# with 2 where that one does not start either.
place_of_error() {
  local wrong
  : >"$trial/data/postgresql.conf"
  mv "$trial/data/pg_hba.conf" "$trial/pg_hba.conf" && echo "local all postgres peer map=operator" >"$trial/data/pg_hba.conf"
  start_trial || return 2
  mv "$trial/pg_hba.conf" "$trial/data/pg_hba.conf" && echo "include 'reload.conf'" >"$trial/data/postgresql.conf" || return
  wrong=$(ask "$trial_socket" "$conf_errors") && [ -n "$wrong" ] && printf '%s' "$wrong"
}

# try_conf: prints what is wrong with the new files; nothing where a server starts with them and lets a client in.
try_conf() {
  local wrong words
  cp "$NOMAD_TASK_DIR/reload.conf" "$NOMAD_TASK_DIR/pg_hba.conf" "$trial/data/" && echo "include 'reload.conf'" >"$trial/data/postgresql.conf" || return
  point_at_data
  if start_trial; then
    wrong=$(connects "$trial_socket") || wrong="no client could connect with them: $wrong"
    # A server starts with some settings that it would not take over.
    [ -n "$wrong" ] || wrong=$(ask "$trial_socket" "$conf_errors") || wrong="a server of their own could not check them"
  else
    words=$(trial_words)
    wrong=$(place_of_error) || {
      [ $? = 1 ] || { rm -rf "$PGN_STATE/empty"; say "warning: the new settings could not be tried, as no server starts on an empty cluster: $(trial_words)" >&2; return; }
      wrong="no server would start with them: $words"
    }
  fi
  printf '%s' "${wrong//"$trial/data/"/}" | tr '\n' ';'
}

# install_conf NAME: the rendered file in place of the one on the volume, which stays beside it until the new one has been checked.
install_conf() {
  if [ -e "$conf/$1" ]; then cp "$conf/$1" "$conf/$1.kept"; else : >"$conf/$1.kept"; fi &&
    cp "$NOMAD_TASK_DIR/$1" "$conf/$1.new" && mv "$conf/$1.kept" "$conf/$1.before" && mv "$conf/$1.new" "$conf/$1" || fail "cannot write $conf/$1"
}

reload_conf() {
  local loaded _
  loaded=$(query 'select pg_conf_load_time()') && query 'select pg_reload_conf()' >/dev/null || { echo 'the server was not told to reload its settings'; return 1; }
  for _ in $(seq 1 50); do
    [ "$(query 'select pg_conf_load_time()')" = "$loaded" ] || return 0
    sleep 0.2
  done
  echo 'the server has not reloaded its settings within 10 s'
  return 1
}

# lacking_standbys: why commits of clients would wait for ever; nothing where they do not.
lacking_standbys() {
  local lack _
  for _ in $(seq 1 "$standby_limit"); do
    lack=$(query "select 'commits wait for ' || wanted || ' synchronous standbys (synchronous_standby_names = ''' || setting || '''), and ' || there || ' are connected'
      from (select setting, coalesce((regexp_match(setting, '^\s*(?:first\s+|any\s+)?([0-9]+)\s*\(', 'i'))[1]::int, 1) as wanted,
        (select count(*) from pg_stat_replication where sync_state in ('sync', 'quorum')) as there
        from pg_settings where name = 'synchronous_standby_names' and setting <> '') as standbys
      where there < wanted and coalesce((select setting from pg_file_settings where name = 'synchronous_commit' and applied order by seqno desc limit 1), 'on')
        not in ('off', 'local')")
    [ -n "$lack" ] || return 0
    sleep 1
  done
  printf '%s' "$lack"
}

# take_back WHY: the files from before, also in the running server.
take_back() {
  local trouble
  settle_conf
  trouble=$(reload_conf) || fail "$1; the old ones are in place again, but $trouble: restart it"
  fail "$1; the old ones are in force again"
}

# deliver_conf ANSWERS: whether there is a server to take them over now, or only one to start with them later.
deliver_conf() {
  local wrong changed=''
  # A server that was started by a job of an earlier runbook has its files in its job, and is not reached by these.
  [ "$1" != true ] || [ "$(query "select current_setting('hba_file')")" = "$conf/pg_hba.conf" ] ||
    fail "the server has not been started with $conf/pg_hba.conf: run Deploy"
  settle_conf
  deliver_certificate
  if cmp -s "$NOMAD_TASK_DIR/reload.conf" "$conf/reload.conf" && cmp -s "$NOMAD_TASK_DIR/pg_hba.conf" "$conf/pg_hba.conf"; then
    say "settings and pg_hba.conf: as they were"
  else
    if make_trial; then
      wrong=$(try_conf)
      [ -z "$wrong" ] || fail "the server refuses the new settings, the old ones stay: $wrong"
    else
      say "warning: the new settings could not be tried before their delivery: $(tail -n 3 "${trial:-/nonexistent}/log" 2>&1 | tr '\n' ' ')"
    fi
    changed=true
    install_conf reload.conf
    install_conf pg_hba.conf
  fi
  if [ "$1" != true ]; then
    rm -f "$conf"/*.before && sync "$conf"
    say "settings and pg_hba.conf: in place for the next start of the server"
    return
  fi
  # Also where the files were there already: a run that was killed may not have come to it.
  wrong=$(reload_conf) || { settle_conf; fail "$wrong; the old ones stay"; }
  if [ -n "$changed" ]; then
    wrong=$(connects "$PGN_SOCKET") || take_back "the new settings keep clients out: $wrong"
  fi
  wrong=$(lacking_standbys)
  if [ -n "$wrong" ]; then
    [ -z "$changed" ] || grep -q synchronous_standby_names "$conf/reload.conf.before" 2>/dev/null || take_back "with the new settings $wrong: connect the standbys first"
    say "warning: $wrong: clients wait until they are, or until synchronous_standby_names is empty"
  fi
  rm -f "$conf"/*.before
  sync "$conf"
  forget_certificates
  say "settings and pg_hba.conf: in force; waiting for a restart: $(query "select coalesce(string_agg(name, ', '), 'none') from pg_settings where pending_restart")"
}
