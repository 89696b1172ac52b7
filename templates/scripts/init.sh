#!/bin/bash
# What a running server takes over, databases, their owners and the initialisation script; again and again without harm.
# local/reload.conf and local/pg_hba.conf: settings that need no restart, and who may connect. With the meta only=conf it is these alone.
# local/databases.tsv: name, user, create user (true|false), rendered password file or -. local/init.sql: the script, run when its text has changed.
. "$NOMAD_TASK_DIR/lib.sh"
deliver_certificate() { :; }
forget_certificates() { :; }
[ ! -e "$NOMAD_TASK_DIR/certificate.sh" ] || . "$NOMAD_TASK_DIR/certificate.sh"
make_folders

for _ in $(seq 1 60); do
  query 'select 1' >/dev/null 2>&1 && break
  sleep 1
done
[ "$(query 'select pg_is_in_recovery()')" = f ] || fail "the server on $PGN_SOCKET port $PGN_PORT does not take writes"

# install_conf NAME: the rendered file in place of the one on the volume, which stays beside it until the new one has been checked.
install_conf() {
  if [ -e "$conf/$1" ]; then cp "$conf/$1" "$conf/$1.kept"; else : >"$conf/$1.kept"; fi &&
    cp "$NOMAD_TASK_DIR/$1" "$conf/$1.new" && mv "$conf/$1.kept" "$conf/$1.before" && mv "$conf/$1.new" "$conf/$1" || fail "cannot write $conf/$1"
}

# The server reads files without taking them over when it is asked what it thinks of them. A line that has a type is one that it takes: it only warns
# that hostssl matches nothing while TLS is off, which the same delivery turns on.
conf_errors="select 'reload.conf, line ' || sourceline || ': ' || name || ': ' || error from pg_file_settings where error is not null and sourcefile = '$conf/reload.conf'
  union all select 'pg_hba.conf, line ' || line_number || ': ' || error from pg_hba_file_rules where error is not null and type is null"

deliver_conf() {
  local wrong loaded _
  # A server that was started by a job of an earlier runbook has its files in its job, and is not reached by these.
  [ "$(query "select current_setting('hba_file')")" = "$conf/pg_hba.conf" ] || fail "the server has not been started with $conf/pg_hba.conf: run Deploy"
  settle_conf
  deliver_certificate
  if cmp -s "$NOMAD_TASK_DIR/reload.conf" "$conf/reload.conf" && cmp -s "$NOMAD_TASK_DIR/pg_hba.conf" "$conf/pg_hba.conf"; then
    say "settings and pg_hba.conf: as they were"
  else
    install_conf reload.conf
    install_conf pg_hba.conf
    wrong=$(query "$conf_errors") || { settle_conf; fail "the server could not check the new settings; the old ones stay"; }
    [ -z "$wrong" ] || { settle_conf; fail "the server refuses the new settings, the old ones stay: $(tr '\n' ';' <<<"$wrong")"; }
    rm -f "$conf"/*.before
    sync "$conf"
  fi
  # Also where the files were there already: a run that was killed may not have come to it.
  loaded=$(query 'select pg_conf_load_time()')
  query 'select pg_reload_conf()' >/dev/null || fail "the server was not told to reload its settings"
  for _ in $(seq 1 50); do
    [ "$(query 'select pg_conf_load_time()')" != "$loaded" ] && break
    sleep 0.2
  done
  [ "$(query 'select pg_conf_load_time()')" != "$loaded" ] || fail "the server has not reloaded its settings within 10 s"
  forget_certificates
  say "settings and pg_hba.conf: in force; waiting for a restart: $(query "select coalesce(string_agg(name, ', '), 'none') from pg_settings where pending_restart")"
}

# password_of ROLE RENDERED: the file that holds its password. Rendered by Nomad, else delivered or generated once and kept.
password_of() {
  local kept=$secrets/passwords/$1 rendered=${NOMAD_SECRETS_DIR:-/nonexistent}/$2
  if [ -f "$rendered" ]; then printf '%s' "$rendered"; return; fi
  if [ ! -s "$kept" ]; then
    # 20 characters without specials: they survive every connection string.
    local random
    random=$(head -c 512 /dev/urandom | LC_ALL=C tr -dc 'A-Za-z0-9')
    [ ${#random} -ge 20 ] || fail "cannot make a password for role $1"
    printf '%s' "${random:0:20}" >"$kept.new" && mv "$kept.new" "$kept"
  fi
  printf '%s' "$kept"
}

# psql's \password sends a SCRAM verifier: the server never sees the password, so neither does its log. It reads the
# terminal when there is one, hence setsid.
set_password() {
  local file password
  file=$(password_of "$1" "$2")
  # Without the line feed at its end: what Nomad renders from a heredoc has one.
  password=$(cat "$file")
  # psql takes an empty line for "no password" and clears the one that is there.
  [ -n "$password" ] || fail "there is no password for role $1: what is rendered or delivered for it is empty"
  [[ $password != *$'\n'* ]] || fail "the password for role $1 has more than one line"
  printf '%s\n%s\n' "$password" "$password" |
    setsid -w "$PGN_BIN/psql" -Xq -v ON_ERROR_STOP=1 -h "$PGN_SOCKET" -p "$PGN_PORT" -U postgres -d postgres -c "\\password \"${1//\"/\"\"}\"" >/dev/null ||
    fail "cannot set the password of role $1"
}

run_sql() { "$PGN_BIN/psql" -Xq -v ON_ERROR_STOP=1 -h "$PGN_SOCKET" -p "$PGN_PORT" -U postgres "$@"; }

deliver_conf
[ "${NOMAD_META_only:-}" != conf ] || exit 0
set_password postgres superuser.password
while IFS=$'\t' read -r database user create rendered; do
  [ -n "$database" ] || continue
  if [ "$create" = true ]; then
    run_sql -d postgres -v role="$user" <<'SQL' || fail "cannot create role $user"
select format('create role %I login', :'role') where not exists (select from pg_roles where rolname = :'role') \gexec
SQL
    set_password "$user" "$rendered"
  fi
  run_sql -d postgres -v role="$user" -v database="$database" <<'SQL' || fail "cannot create database $database"
select format('create database %I owner %I', :'database', :'role') where not exists (select from pg_database where datname = :'database') \gexec
select format('grant all on database %I to %I', :'database', :'role') \gexec
SQL
  run_sql -d "$database" -v role="$user" <<'SQL' || fail "cannot grant schema public of $database to $user"
select format('grant all on schema public to %I', :'role') \gexec
SQL
  say "database $database, owner $user: ready"
done <"$NOMAD_TASK_DIR/databases.tsv"

if [ -s "$NOMAD_TASK_DIR/init.sql" ]; then
  sum=$(sha256sum <"$NOMAD_TASK_DIR/init.sql")
  if [ "$sum" = "$(cat "$PGN_STATE/init.sql.sha256" 2>/dev/null)" ]; then
    say "initialisation script: already run"
  else
    run_sql -d postgres -f "$NOMAD_TASK_DIR/init.sql" || fail "the initialisation script failed"
    printf '%s' "$sum" >"$PGN_STATE/init.sql.sha256"
    say "initialisation script: run"
  fi
fi
printf '%s' "$NOMAD_META_fingerprint" >"$PGN_STATE/init.fingerprint"
