#!/bin/bash
# What a running server takes over, databases, their owners and the initialisation script; again and again without harm.
# local/reload.conf and local/pg_hba.conf: settings that need no restart, and who may connect. With the meta only=conf it is these alone, with
# only=files these for the start of a server that does not run.
# local/databases.tsv: name, user, create user (true|false), rendered password file or -. local/init.sql: the script, run when its text has changed.
. "$NOMAD_TASK_DIR/lib.sh"
deliver_certificate() { :; }
forget_certificates() { :; }
[ ! -e "$NOMAD_TASK_DIR/certificate.sh" ] || . "$NOMAD_TASK_DIR/certificate.sh"
. "$NOMAD_TASK_DIR/deliver.sh"
# The owner of a database may hold locks for as long as a transaction of theirs stays open.
session_options+=' -c lock_timeout=30s'
make_folders
only=${NOMAD_META_only:-}
case $only in '' | conf | files) ;; *) fail "unknown part to bring: $only" 2 ;; esac
refuse_strange 'the fingerprint' "$NOMAD_META_fingerprint" A-Za-z0-9-

answers=false
for _ in $(seq 1 60); do
  if said=$(query 'select pg_is_in_recovery()' 2>&1); then answers=true && break; fi
  [ "$only" != files ] || break
  sleep 1
done
[ "$only" = files ] || [ "$answers/$said" = true/f ] ||
  fail "the server on $PGN_SOCKET port $PGN_PORT does not take writes: $([ "$answers" = true ] && echo 'it is in recovery' || tail -n 1 <<<"$said")"

# password_of ROLE RENDERED: the file that holds its password. Rendered by Nomad, else delivered or generated once and kept.
password_of() {
  local kept former rendered=${NOMAD_SECRETS_DIR:-/nonexistent}/$2
  if [ -f "$rendered" ]; then printf '%s' "$rendered"; return; fi
  kept=$(password_file "$1") former=$(former_password_file "$1")
  if [ -n "$former" ]; then
    if [ -s "$kept" ]; then rm -f "$former"; else mv "$former" "$kept"; fi || fail "cannot write $kept"
  fi
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
  file=$(password_of "$1" "$2") || exit
  # Without the line feed at its end: what Nomad renders from a heredoc has one.
  password=$(cat "$file")
  # psql takes an empty line for "no password" and clears the one that is there.
  [ -n "$password" ] || fail "there is no password for role $1: what is rendered or delivered for it is empty"
  [[ $password != *$'\n'* ]] || fail "the password for role $1 has more than one line"
  printf '%s\n%s\n' "$password" "$password" |
    PGOPTIONS=$session_options PGDATABASE=postgres setsid -w \
      "$PGN_BIN/psql" -Xq -v ON_ERROR_STOP=1 -h "$PGN_SOCKET" -p "$PGN_PORT" -U postgres -v role="$1" -c '\password :"role"' >/dev/null ||
    fail "cannot set the password of role $1"
}

run_sql() { superuser "$PGN_SOCKET" "$@"; }

deliver_conf "$answers"
[ -z "$only" ] || exit 0
set_password postgres superuser.password
# ready_database NAME USER CREATE-USER RENDERED
ready_database() {
  local open
  if [ "$3" = true ]; then
    run_sql postgres -v role="$2" <<'SQL' || fail "cannot create role $2"
select format('create role %I login', :'role') where not exists (select from pg_roles where rolname = :'role') \gexec
SQL
    set_password "$2" "$4"
  fi
  open=$(run_sql postgres -At -v role="$2" -v database="$1" <<'SQL'
select format('create database %I owner %I', :'database', :'role') where not exists (select from pg_database where datname = :'database') \gexec
select format('grant all on database %I to %I', :'database', :'role') \gexec
select datallowconn from pg_database where datname = :'database';
SQL
  ) || fail "cannot create database $1"
  if [ "$open" = f ]; then
    say "database $1, owner $2: takes no connections (datallowconn is off), its schemas are left as they are"
    return
  fi
  run_sql "$1" -v role="$2" <<'SQL' || fail "cannot grant schema public of $1 to $2"
select format('grant all on schema public to %I', :'role') where exists (select from pg_namespace where nspname = 'public') \gexec
SQL
  say "database $1, owner $2: ready"
}

# One that cannot be readied keeps none of the others waiting.
failed=0
while IFS=$'\t' read -r database user create rendered; do
  [ -n "$database" ] || continue
  (ready_database "$database" "$user" "$create" "$rendered") || failed=$((failed + 1))
done <"$NOMAD_TASK_DIR/databases.tsv"
[ "$failed" = 0 ] || fail "$failed of the databases could not be readied; the initialisation script was not run"

if [ -s "$NOMAD_TASK_DIR/init.sql" ]; then
  sum=$(sha256sum <"$NOMAD_TASK_DIR/init.sql")
  if [ "$sum" = "$(cat "$PGN_STATE/init.sql.sha256" 2>/dev/null)" ]; then
    say "initialisation script: already run"
  else
    # The operator's own SQL, in a session as the operator has it; but it does not wait for a standby.
    PGOPTIONS='-c synchronous_commit=local' PGDATABASE=postgres "$PGN_BIN/psql" -Xq -v ON_ERROR_STOP=1 -h "$PGN_SOCKET" -p "$PGN_PORT" -U postgres \
      -f "$NOMAD_TASK_DIR/init.sql" || fail "the initialisation script failed"
    printf '%s' "$sum" >"$PGN_STATE/init.sql.sha256"
    say "initialisation script: run"
  fi
fi
printf '%s' "$NOMAD_META_fingerprint" >"$PGN_STATE/init.fingerprint"
