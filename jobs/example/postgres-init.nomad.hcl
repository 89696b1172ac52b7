job "postgres-init" {
  datacenters = ["dc1"]
  region      = "global"
  namespace   = "default"
  type        = "batch"

  parameterized {
    payload       = "forbidden"
    meta_required = ["fingerprint"]
    meta_optional = ["operator", "only"]
  }

  meta {
    runbook = "postgresql-on-nomad"
    cluster = "postgres"
  }

  constraint {
    attribute = "${attr.kernel.name}"
    value     = "linux"
  }

  constraint {
    attribute = "${node.unique.name}"
    value     = "db-1"
  }

  group "init" {
    count = 1

    # One try: what failed is looked at before it runs again.
    restart {
      attempts = 0
      mode     = "fail"
    }

    reschedule {
      attempts  = 0
      unlimited = false
    }

    volume "data" {
      type   = "host"
      source = "postgres-data"
    }

    volume "socket" {
      type   = "host"
      source = "postgres-socket"
    }

    volume "log" {
      type   = "host"
      source = "postgres-log"
    }

    volume "repository2" {
      type   = "host"
      source = "pgbackrest"
    }

    task "init" {
      driver = "exec"
      user   = "postgres"

      config {
        # The init reaps what pgBackRest leaves behind; were the server PID 1, it would take that for a crash.
        # A signal must reach the whole group: pgBackRest leaves workers behind otherwise.
        command = "/usr/bin/tini"
        args    = ["-s", "-g", "--", "/bin/bash", "${NOMAD_TASK_DIR}/init.sh"]
      }

      volume_mount {
        volume      = "data"
        destination = "/var/lib/postgresql"
      }

      volume_mount {
        volume      = "socket"
        destination = "/var/run/postgresql"
      }

      volume_mount {
        volume      = "log"
        destination = "/var/log/postgresql"
      }

      volume_mount {
        volume      = "repository2"
        destination = "/var/lib/pgbackrest"
      }

      env {
        PGN_VERSION       = "15"
        PGN_CLUSTER       = "main"
        PGN_PORT          = "5432"
        PGN_USER          = "postgres"
        PGN_BIN           = "/usr/lib/postgresql/15/bin"
        PGN_VOLUME        = "/var/lib/postgresql"
        PGN_DATA          = "/var/lib/postgresql/15/main"
        PGN_STATE         = "/var/lib/postgresql/15/main.runbook"
        PGN_SOCKET        = "/var/run/postgresql"
        PGN_LOG           = "/var/log/postgresql"
        PGN_STANZA        = "db-primary"
        PGN_REPOSITORIES  = "1 2"
        PGN_LOCALE        = "C.UTF-8"
        PGN_CHECKSUMS     = "true"
        PGN_PROCESS_MAX   = "0"
        PGBACKREST_CONFIG = "${NOMAD_TASK_DIR}/pgbackrest.conf"
      }

      kill_timeout = "30s"

      resources {
        cpu    = 1000
        memory = 1024
      }

      template {
        destination = "local/init.sh"
        perms       = "755"
        change_mode = "noop"
        data        = <<EOT
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
only=$${NOMAD_META_only:-}
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
  local kept former rendered=$${NOMAD_SECRETS_DIR:-/nonexistent}/$2
  if [ -f "$rendered" ]; then printf '%s' "$rendered"; return; fi
  kept=$(password_file "$1") former=$(former_password_file "$1")
  if [ -n "$former" ]; then
    if [ -s "$kept" ]; then rm -f "$former"; else mv "$former" "$kept"; fi || fail "cannot write $kept"
  fi
  if [ ! -s "$kept" ]; then
    # 20 characters without specials: they survive every connection string.
    local random
    random=$(head -c 512 /dev/urandom | LC_ALL=C tr -dc 'A-Za-z0-9')
    [ $${#random} -ge 20 ] || fail "cannot make a password for role $1"
    printf '%s' "$${random:0:20}" >"$kept.new" && mv "$kept.new" "$kept"
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
EOT
      }

      template {
        destination = "local/deliver.sh"
        perms       = "755"
        change_mode = "noop"
        data        = <<EOT
# Brings reload.conf and pg_hba.conf, which the job carries, to the data volume and into force. They are tried on a server of their own
# before they take any place, so that a delivery needs nothing of the server that it repairs. After lib.sh.

trial='' trial_socket=''
connect_limit=$${PGN_CONNECT_LIMIT:-20} standby_limit=$${PGN_STANDBY_LIMIT:-10}

# connects SOCKET-FOLDER: a session as a client has it, with whatever the settings make of it. Prints why there is none.
connects() {
  local said database
  # The database postgres may have been dropped.
  for database in postgres template1; do
    said=$(PGDATABASE=$database PGCONNECT_TIMEOUT=$connect_limit timeout "$connect_limit" \
      "$PGN_BIN/psql" -XAtq -h "$1" -p "$PGN_PORT" -U postgres -c 'select 1' 2>&1 >/dev/null) && return
  done
  printf '%s' "$${said:-no answer within $connect_limit s}" | tr '\n' ' '
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
    case $value in /*) ;; *) printf "%s = '%s'\n" "$name" "$${PGN_DATA//\'/\'\'}/$${value//\'/\'\'}" >>"$trial/data/postgresql.conf" ;; esac
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
  printf '%s' "$${wrong//"$trial/data/"/}" | tr '\n' ';'
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
      say "warning: the new settings could not be tried before their delivery: $(tail -n 3 "$${trial:-/nonexistent}/log" 2>&1 | tr '\n' ' ')"
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
EOT
      }

      template {
        destination = "local/reload.conf"
        perms       = "644"
        change_mode = "noop"
        data        = <<EOT
# Rendered; change the configuration, not this file. Those of postgres.settings that need no restart.
# What a server that does not start says of it is understood, whatever language the node has.
lc_messages = 'C'
# postgres.tls: these files are delivered before this one.
ssl = on
ssl_cert_file = '/var/lib/postgresql/15/main.runbook/secrets/serving/server.crt'
ssl_key_file = '/var/lib/postgresql/15/main.runbook/secrets/serving/server.key'
effective_cache_size = '3GB'
EOT
      }

      template {
        destination = "local/pg_hba.conf"
        perms       = "644"
        change_mode = "noop"
        data        = <<EOT
# Rendered; change the configuration, not this file. The first line that fits decides.
# The superuser, for those whom pg_ident.conf names.
local  all          postgres               peer map=operator
local  replication  postgres               peer map=operator
# postgres.hba
host shop shop 10.0.0.0/8 scram-sha-256
# The superuser is let in on the node alone: postgres.superuserOverTcp.
host   all,replication  postgres  all      reject
# Everybody else has a password, on loopback too: with trust there, any local user would be superuser.
local    all          all                    scram-sha-256
hostssl  all          all      127.0.0.1/32  scram-sha-256
hostssl  all          all      ::1/128       scram-sha-256
hostssl  replication  all      127.0.0.1/32  scram-sha-256
hostssl  replication  all      ::1/128       scram-sha-256
hostssl  all          all      0.0.0.0/0     scram-sha-256
hostssl  all          all      ::/0          scram-sha-256
EOT
      }

      template {
        destination = "local/certificate"
        perms       = "644"
        change_mode = "noop"
        data        = <<EOT
given
EOT
      }

      template {
        destination = "local/certificate.sh"
        perms       = "755"
        change_mode = "noop"
        data        = <<EOT
#!/bin/bash
# The server's certificate, for init.sh: delivered, rendered by Nomad or made here, checked, and put where reload.conf names it.
# local/certificate: the mode, then one name a line for a self-signed one. secrets/serving is a link that changes as a whole, so that no server ever
# reads a certificate with the key of another one. PostgreSQL itself keeps the old pair where it cannot read the new one, and says so in its log alone.
tls=$secrets/serving

# certificate_names: all names of a self-signed certificate, as openssl takes them.
certificate_names() {
  local name names=
  while IFS= read -r name; do
    [ -n "$name" ] || continue
    if [[ $name =~ ^[0-9.]+$ || $name == *:* ]]; then names+=",IP:$name"; else names+=",DNS:$name"; fi
  done < <({ uname -n; printf '%s\n' localhost 127.0.0.1 ::1; tail -n +2 "$NOMAD_TASK_DIR/certificate"; } | awk '!seen[$0]++')
  printf '%s' "$${names#,}"
}

# make_certificate FOLDER: a pair for ten years, unless the one in use has the same names and some of its time left.
make_certificate() {
  local names
  names=$(certificate_names)
  if [ "$(cat "$tls/names" 2>/dev/null)" = "$names" ] && openssl x509 -in "$tls/server.crt" -noout -checkend 2592000 >/dev/null 2>&1; then
    cp "$tls/names" "$tls/server.crt" "$tls/server.key" "$1/" || fail "cannot read $tls"
    return
  fi
  printf '%s' "$names" >"$1/names"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -sha256 -subj "/CN=PostgreSQL $PGN_CLUSTER" \
    -keyout "$1/server.key" -out "$1/server.crt" -extensions server -config <(printf '%s\n' '[req]' 'distinguished_name = none' '[none]' \
      '[server]' 'basicConstraints = critical,CA:FALSE' 'keyUsage = critical,digitalSignature' 'extendedKeyUsage = serverAuth' \
      'subjectKeyIdentifier = hash' "subjectAltName = $names") >"$1/log" 2>&1 ||
    fail "cannot make a certificate: $(tail -n 3 "$1/log" | tr '\n' ' ')"
  rm -f "$1/log"
}

# take_certificate FOLDER: what Nomad rendered for this task, else what was delivered.
take_certificate() {
  local file
  for file in server.crt server.key ca.crt; do
    if [ -f "$${NOMAD_SECRETS_DIR:-/nonexistent}/tls/$file" ]; then
      cp "$NOMAD_SECRETS_DIR/tls/$file" "$1/$file"
    elif [ -f "$secrets/tls/$file" ]; then
      cp "$secrets/tls/$file" "$1/$file"
    elif [ "$file" != ca.crt ]; then
      fail "postgres.tls: $file has not been delivered to this node: run Deploy"
    fi || fail "cannot write $1/$file"
  done
}

# check_certificate FOLDER: what PostgreSQL would refuse, or clients would, in words.
check_certificate() {
  local own
  own=$(openssl x509 -in "$1/server.crt" -noout -pubkey 2>/dev/null) || fail "postgres.tls.certificate is no certificate in PEM; the old one stays"
  [ "$own" = "$(openssl pkey -in "$1/server.key" -pubout -passin pass: 2>/dev/null)" ] ||
    fail "postgres.tls.key is not the key of postgres.tls.certificate, or has a passphrase; the old ones stay"
  openssl x509 -in "$1/server.crt" -noout -checkend 0 >/dev/null ||
    fail "postgres.tls.certificate is over since $(openssl x509 -in "$1/server.crt" -noout -enddate | cut -d= -f2); the old one stays"
  [ ! -e "$1/ca.crt" ] || openssl x509 -in "$1/ca.crt" -noout 2>/dev/null || fail "postgres.tls.ca is no certificate in PEM; the old one stays"
}

deliver_certificate() {
  local next=$tls.next place
  [ -e "$NOMAD_TASK_DIR/certificate" ] || return 0
  command -v openssl >/dev/null || fail "openssl is not installed on this node: apt-get install openssl"
  rm -rf "$next" && mkdir -m 700 "$next" || fail "cannot write $next"
  if [ "$(head -n 1 "$NOMAD_TASK_DIR/certificate")" = self_signed ]; then make_certificate "$next"; else take_certificate "$next"; fi
  check_certificate "$next"
  # PostgreSQL refuses a key that others could read.
  chmod 600 "$next"/* || fail "cannot change the mode of $next"
  if diff -r "$tls" "$next" >/dev/null 2>&1; then
    rm -rf "$next"
  else
    place=$tls.$(cat "$next"/* | sha256sum | cut -c 1-16)
    rm -rf "$place" && mv -T "$next" "$place" && sync "$place" && ln -sfn "$${place##*/}" "$tls.link" && mv -T "$tls.link" "$tls" && sync "$secrets" ||
      fail "cannot put the certificate in place: $tls"
  fi
  say "certificate: until $(openssl x509 -in "$tls/server.crt" -noout -enddate | cut -d= -f2), $(openssl x509 -in "$tls/server.crt" -noout -fingerprint -sha256)"
  # Clients that verify it need it, and it is no secret.
  [ ! -e "$tls/names" ] || { say "certificate: self-signed for $(cat "$tls/names"); clients name a file with it as sslrootcert:"; cat "$tls/server.crt"; }
}

# Those that a server has read may go once it has read the new ones.
forget_certificates() {
  local old
  for old in "$tls".*; do
    [ ! -d "$old" ] || [ -L "$old" ] || [ "$${old##*/}" = "$(readlink "$tls")" ] || rm -rf "$old"
  done
}
EOT
      }

      template {
        destination = "local/databases.tsv"
        perms       = "644"
        change_mode = "noop"
        data        = <<EOT
shop	shop	true	database-0.password
reports	shop	false	-
EOT
      }

      template {
        destination = "local/init.sql"
        perms       = "644"
        change_mode = "noop"
        data        = <<EOT
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
EOT
      }

      template {
        destination = "secrets/database-0.password"
        perms       = "644"
        change_mode = "noop"
        data        = <<EOT
{{ with nomadVar "nomad/jobs/postgres-init" }}{{ .shop_password }}{{ end }}
EOT
      }

      template {
        destination = "local/lib.sh"
        perms       = "755"
        change_mode = "noop"
        data        = <<EOT
# Shared by every script that runs on the node. Each job carries its own copy, so that what ran can be read in the job.
# Input: the PGN_* environment of the job. Nothing here prints a secret.

set -u -o pipefail
# Nomad 2.0 passes its own SIGPIPE on to a task after a restart of the agent. Ignored here, it is ignored in all that we start;
# PostgreSQL and pgBackRest ignore it anyway. https://github.com/hashicorp/nomad/issues/27815
trap '' PIPE
umask 077

# The environment of the Nomad agent leaks into its tasks; a stray PGHOST would send us to another server.
for name in "$${!PG@}"; do
  case $name in PGN_* | PGBACKREST_CONFIG) ;; *) unset "$name" ;; esac
done
unset name

say() { printf '%s\n' "$*"; }
fail() { printf 'error: %s\n' "$1" >&2; exit "$${2:-1}"; }

# keep_empty DIRECTORY: a copy of a cluster that is still empty. New settings are tried on it, and making one takes seconds.
keep_empty() {
  [ "$(cat "$PGN_STATE/empty/PG_VERSION" 2>/dev/null)" != "$PGN_VERSION" ] || return 0
  rm -rf "$PGN_STATE/empty" "$PGN_STATE/empty.new"
  { cp -a "$1" "$PGN_STATE/empty.new" && mv "$PGN_STATE/empty.new" "$PGN_STATE/empty"; } || rm -rf "$PGN_STATE/empty.new"
}

# refuse_strange WHAT VALUE CHARACTERS: what comes with a dispatch comes from whoever may dispatch. It becomes a part of paths and lines.
refuse_strange() { case $2 in '' | .* | *[!$3]*) fail "$1 is empty or holds an unexpected character" 2 ;; esac; }

# A line feed in one would begin a line of its own where files and answers are read line by line.
for name in "$${!NOMAD_META_@}"; do
  case $${!name} in *[[:cntrl:]]*) fail "the meta $${name#NOMAD_META_} holds a control character" 2 ;; esac
done
unset name

state_file=$PGN_STATE/restore
progress_file=$PGN_STATE/progress
# Who holds the scheduled backups back, since when and why; not there while they run.
pause_file=$PGN_STATE/paused
secrets=$PGN_STATE/secrets
# Where a restored copy can be asked before it is in place: a folder that only the owner of the data may enter.
staging=$PGN_SOCKET/restore

# plain_secrets FILE: does it set keys and passphrases alone, each once? Nomad puts values there as they are: one with a line feed would set any
# option of pgBackRest, and so run a command.
plain_secrets() {
  local line names=' '
  [ -f "$1" ] || return 0
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in '' | '[global]') continue ;; esac
    [[ $line =~ ^repo[0-9]+-(s3-key|s3-key-secret|azure-key|cipher-pass)= && $names != *" $${BASH_REMATCH[0]} "* ]] || return 1
    names+="$${BASH_REMATCH[0]} "
  done <"$1"
}

# include_path FOLDER: the keys of the repositories: rendered by Nomad for this task alone, or delivered to this folder, or some of either.
include_path() {
  local delivered=$1/pgbackrest.d rendered=$${NOMAD_SECRETS_DIR:-}/pgbackrest-secrets.conf both=$NOMAD_TASK_DIR/pgbackrest.d/$${1##*/}
  if [ ! -f "$rendered" ] || ! plain_secrets "$rendered"; then
    echo "$delivered"
  elif [ ! -f "$delivered/repository.conf" ]; then
    echo "$NOMAD_SECRETS_DIR"
  else
    # pgBackRest includes one folder: links, so that what is delivered or rendered anew is seen.
    mkdir -p "$both" && ln -sfn "$rendered" "$delivered/repository.conf" "$both/"
    echo "$both"
  fi
}
export PGBACKREST_CONFIG_INCLUDE_PATH
PGBACKREST_CONFIG_INCLUDE_PATH=$(include_path "$secrets")

# What a running server takes over without a restart: settings, and who may connect.
conf=$PGN_STATE/conf

# A delivery that was killed before it was checked is taken back.
settle_conf() {
  local before
  for before in "$conf"/*.before; do
    [ ! -e "$before" ] || mv "$before" "$${before%.before}" || fail "cannot move $before back"
  done
}

make_folders() {
  mkdir -p "$PGN_STATE/restores" "$PGN_STATE/schedules" "$PGN_STATE/pgbackrest/lock" "$PGN_STATE/pgbackrest/spool" \
    "$secrets/passwords" "$secrets/pgbackrest.d" "$secrets/tls" "$conf" "$PGN_LOG/pgbackrest" ||
    fail "cannot create folders under $PGN_STATE and $PGN_LOG as $(id -un): the volumes must belong to $PGN_USER"
}

# value_in FILE KEY: the first value of this key; empty where there is none. Asked for often: it starts no process.
value_in() {
  local line
  [ -f "$1" ] || return 0
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in "$2="*) printf '%s\n' "$${line#*=}"; return 0 ;; esac
  done 2>/dev/null <"$1"
  return 0
}

# state_get KEY: one value of the restore under way; empty when there is none.
state_get() { value_in "$state_file" "$1"; }

# state_put KEY=VALUE...: replaces the given keys. Written beside and renamed: a kill leaves the old state or the new one.
state_put() {
  local line pair others=()
  if [ -f "$state_file" ]; then
    while IFS= read -r line || [ -n "$line" ]; do
      for pair in "$@"; do [ "$${line%%=*}" != "$${pair%%=*}" ] || continue 2; done
      others+=("$line")
    done <"$state_file" || return
  fi
  printf '%s\n' "$${others[@]}" "$@" >"$state_file.new"
  state_commit
}

# state_begin KEY=VALUE...: the state of another restore, in place of whatever was there.
state_begin() { printf '%s\n' "$@" >"$state_file.new" && state_commit; }

state_commit() { sync "$state_file.new" && mv "$state_file.new" "$state_file" && sync "$PGN_STATE"; }

# An id that is recorded never runs again. Whoever comes first records it: the restore, or, where that was killed behind its
# last rename, the server that starts on its files.
record_restore() {
  local record
  record=$PGN_STATE/restores/$(state_get id)
  [ -e "$record" ] && return
  { cat "$state_file"; printf 'finished=%s\n' "$(date -u +%FT%TZ)"; } >"$record.new" && mv "$record.new" "$record" && sync "$PGN_STATE/restores"
}

# The restore under way, in the form that the runbook reads.
restore_facts() { [ ! -f "$state_file" ] || sed 's/^\([a-z]*\)=/fact restore.\1 /' "$state_file"; }

pause_facts() { [ ! -f "$pause_file" ] || sed 's/^\([a-z]*\)=/fact paused.\1 /' "$pause_file"; }

pause_value() { value_in "$pause_file" "$1"; }

# The directories of a restore. In place, the live directory itself becomes the copy.
copy_of() { if [ "$(state_get strategy)" = in-place ]; then echo "$PGN_DATA"; else echo "$PGN_DATA.restore-$1"; fi; }
kept_of() { echo "$PGN_DATA.kept-$1"; }
tablespaces_of() { echo "$PGN_DATA.tablespaces/$1"; }

# One restore at a time, also where the server goes on serving and holds the data itself; and none beside a backup.
hold_restore() {
  exec 8>"$PGN_STATE/restore.lock"
  flock -w "$1" 8 && return
  [ ! -e "$PGN_STATE/backup.lock" ] || flock -n "$PGN_STATE/backup.lock" true || fail "a backup is running: no restore at the same time (lock $PGN_STATE/backup.lock)" 4
  fail "another restore is running (lock $PGN_STATE/restore.lock)" 4
}

# hold_backup SECONDS: one backup at a time, whoever began it, and none beside a restore. It waits so long for the one before it,
# where pgBackRest itself would fail (50). The lock is held until the last process of the backup has ended.
hold_backup() {
  local limit=$1 lock
  exec 7>"$PGN_STATE/backup.lock"
  if ! flock -n 7; then
    say "another backup is running: waiting for it to end, for $limit s at most"
    flock -w "$limit" 7 || fail "another backup is still running after $limit s (lock $PGN_STATE/backup.lock)" 4
  fi
  # One that was begun by hand holds no lock but pgBackRest's own.
  for lock in "$PGN_STATE/pgbackrest/lock/$PGN_STANZA-backup"*.lock; do
    [ -e "$lock" ] && ! flock -n "$lock" true || continue
    say "another pgbackrest is running: waiting for it to end, for $limit s at most"
    flock -w "$limit" "$lock" true || fail "another pgbackrest is still running after $limit s (lock $lock)" 4
  done
  exec 8>"$PGN_STATE/restore.lock"
  refuse_during_restore
  flock -s -n 8 || fail "a restore is running: no backup at the same time (lock $PGN_STATE/restore.lock)" 3
}

# refuse_during_restore [WHAT]: until the restored server has been started there is nothing sensible to back up, and nothing to spare.
refuse_during_restore() {
  case $(state_get phase) in
    '' | started) ;;
    *) fail "restore $(state_get id) is unfinished (phase $(state_get phase)): $${1:-no backup} before Revert" 3 ;;
  esac
}

# What decides in a session how names are resolved, what is loaded, who it is and how long it may take, the owner of a database sets for
# everybody who opens it (ALTER DATABASE ... SET). Our sessions are a superuser's: they take none of that, and no timeout of the configuration;
# nor do their commits wait for a standby.
session_options='-c search_path=pg_catalog -c role=none -c local_preload_libraries= -c session_preload_libraries=
 -c default_transaction_isolation=read\ committed -c default_transaction_read_only=off -c default_transaction_deferrable=off
 -c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0 -c client_encoding=UTF8
 -c standard_conforming_strings=on -c synchronous_commit=local'
session_options=$${session_options//$'\n'/}
[ "$PGN_VERSION" -lt 14 ] || session_options+=' -c idle_session_timeout=0'
[ "$PGN_VERSION" -lt 17 ] || session_options+=' -c event_triggers=off -c transaction_timeout=0'

# By the environment, where a command that has no processes to spread ignores it; 0 is as many as the node has cores.
export PGBACKREST_PROCESS_MAX=$PGN_PROCESS_MAX
[ "$PGBACKREST_PROCESS_MAX" -gt 0 ] || PGBACKREST_PROCESS_MAX=$(nproc)

# Passwords and keys that others on this node could read: nothing is done with them before that is mended.
refuse_open_secrets() {
  local open
  open=$(find "$secrets" ! -type l -perm /077 -print -quit 2>/dev/null)
  [ -z "$open" ] || fail "others on this node may read $open (mode $(stat -c %a "$open")): chmod -R go= $secrets, and change what was in it" 3
  plain_secrets "$${NOMAD_SECRETS_DIR:-}/pgbackrest-secrets.conf" ||
    fail "a key or passphrase that Nomad puts in (pgbackrest.repositories) has several lines: each must have one" 3
}

# pgbr ...: pgBackRest for our stanza, under the program that $within names, mostly none.
within=''
pgbr() { refuse_open_secrets; PGOPTIONS=$session_options $within pgbackrest --stanza="$PGN_STANZA" "$@"; }

# pgbr_soon ...: the same for a question that everything waits for. A storage that hangs (a dead NFS server, a long ioTimeout) must not take
# the commands away that need none.
repository_limit=60
pgbr_soon() {
  local code=0 within="timeout -k 5 $repository_limit"
  pgbr "$@" || code=$?
  [[ $code != 124 && $code != 137 ]] || echo "it did not answer within $repository_limit s"
  return "$code"
}

# A task of before there could be several knows of one.
repositories=$${PGN_REPOSITORIES-1}

# in_repositories "NUMBERS" COMMAND...: in each of them, the others also where one fails; ends with the code of the first failure.
in_repositories() {
  local numbers=$1 number code first=0
  shift
  for number in $numbers; do
    pgbr "$@" --repo="$number" && continue
    code=$?
    say "repository $number: pgbackrest $1 ended with $code"
    [ "$first" != 0 ] || first=$code
  done
  return "$first"
}

# sets: label, start in seconds and type of each set in what `pgbackrest info` says in JSON on standard input, oldest first.
sets() {
  sed 's/"label":"/\n&/g' |
    sed -n 's/^"label":"\([^"]*\)".*"timestamp":{"start":\([0-9]*\),"stop":[0-9]*},"type":"\([a-z]*\)".*/\1 \2 \3/p'
}

# needless TYPE DUE: of the sets on standard input the first one that began when this backup was due, or later, and holds all that
# it would hold. A full backup is never needless.
needless() {
  local label began type
  while read -r label began type; do
    [ "$began" -ge "$2" ] || continue
    case $1/$type in incr/* | diff/full | diff/diff) echo "$label"; return ;; esac
  done
  return 1
}

# back_up TYPE "NUMBERS" LEVEL [DUE]: takes a backup in each of these repositories, the others also where one fails; ends with the
# code of the first failure. What was due at a time, in seconds, is left out where a set that began since makes it needless.
back_up() {
  local number info label code first=0
  for number in $2; do
    if [ "$1" != full ]; then
      info=$(pgbr info --output=json --repo="$number")
      if [ -n "$${4:-}" ] && label=$(sets <<<"$info" | needless "$1" "$4"); then
        skipped="set $label holds it"
        say "repository $number: skipped, set $label began when this backup was due, or later, and holds all of it"
        continue
      fi
      # pgBackRest's code for a stanza that is well and has no backup.
      ! grep -q '"code":2,' <<<"$info" || say "repository $number: there is no full backup to build on, so this one becomes a full one"
    fi
    code=0
    in_repositories "$number" backup --type="$1" --log-level-console="$3" || code=$?
    [ "$code" != 0 ] || taken=true
    [ "$first" != 0 ] || first=$code
    # Told to stop: the others are not begun any more.
    [ "$code" != 63 ] || break
  done
  return "$first"
}

# repo_ls PATH...: what lies there in any repository. One that does not answer has nothing to show.
repo_ls() {
  local number
  for number in $repositories; do pgbr repo-ls "$@" --repo="$number" 2>/dev/null; done
  return 0
}

# repository_of LABEL: the first one that holds this set, whole.
repository_of() {
  local number
  for number in $repositories; do
    pgbr repo-ls "backup/$PGN_STANZA/$1" --repo="$number" 2>/dev/null | grep -qx backup.manifest && echo "$number" && return
  done
  return 1
}

# superuser SOCKET-FOLDER DATABASE ARGUMENT...: psql. The database by the environment: in -d a name that holds a = is an address of a server.
superuser() {
  PGOPTIONS=$session_options PGDATABASE=$2 PGCONNECT_TIMEOUT=30 \
    "$PGN_BIN/psql" -X -q -v ON_ERROR_STOP=1 -h "$1" -p "$PGN_PORT" -U postgres "$${@:3}"
}

# ask SOCKET-FOLDER SQL [DATABASE]: one statement as the superuser. Without a database: in `postgres`, or in template1 where that was dropped.
ask() {
  local reason code=0
  if [ -n "$${3:-}" ]; then
    ask_in "$3" "$1" "$2"
    return
  fi
  { reason=$(ask_in postgres "$1" "$2" 2>&1 >&3) || code=$?; } 3>&1
  [ "$code" = 0 ] || { [ "$code" = 2 ] && ask_in template1 "$1" "$2" 2>/dev/null && return; }
  [ -z "$reason" ] || printf '%s\n' "$reason" >&2
  return "$code"
}
ask_in() { superuser "$2" "$1" -At -c "$3"; }
query() { ask "$PGN_SOCKET" "$@"; }

# databases SOCKET-FOLDER: the names of those that allow connections, in hexadecimal, since a name may hold anything. One that an
# interrupted DROP DATABASE left (connection limit -2) is none of them.
databases() { ask "$1" "select encode(convert_to(datname::text, getdatabaseencoding()), 'hex') from pg_database where datallowconn and datconnlimit <> -2"; }
# from_hex VARIABLE HEX: not printed, since a name may end with a line feed.
from_hex() {
  local i escaped=''
  for ((i = 0; i < $${#2}; i += 2)); do escaped+=\\x$${2:i:2}; done
  printf -v "$1" '%b' "$escaped"
}

# ours NAME VALUE: a setting that only the configuration decides: where the server listens, where its files are, how it recovers, what
# it archives, and which commands and libraries it runs.
ours() {
  case $1 in
    include | include_if_exists | include_dir | port | listen_addresses | unix_socket_directories | unix_socket_permissions | unix_socket_group | \
      data_directory | config_file | hba_file | ident_file | external_pid_file | archive_mode | archive_command | archive_library | \
      archive_cleanup_command | restore_command | recovery_end_command | recovery_min_apply_delay | recovery_target* | primary_conninfo | \
      primary_slot_name | promote_trigger_file | ssl_passphrase_command*) ;;
    wal_level) [ "$2" = minimal ] ;;
    logging_collector | plperl.on_*init | pltcl*.start_proc) ;;
    *_preload_libraries | dynamic_library_path | jit_provider | extension_control_path | oauth_validator_libraries) [[ $2 == */* ]] ;;
    *) return 1 ;;
  esac
}

# setting_of LINE: one line of postgresql.auto.conf, into $name and $value; fails for a blank, a comment, and what is no setting (then
# $name is empty, too, but $line is not).
setting_of() {
  local quoted="^'(([^']|'')*)'[[:space:]]*(#.*)?\$" plain="^([A-Za-z0-9_.:/+-]+)[[:space:]]*(#.*)?\$" rest
  name='' value=''
  [[ $1 =~ ^[[:space:]]*([A-Za-z_][A-Za-z0-9_.$]*)[[:space:]]*=?[[:space:]]*(.*)$ ]] || return
  rest=$${BASH_REMATCH[2]}
  name=$${BASH_REMATCH[1],,}
  if [[ $rest =~ $quoted ]] || [[ $rest =~ $plain ]]; then value=$${BASH_REMATCH[1]//"''"/"'"}; else name=''; return 1; fi
  # PostgreSQL reads \057 as a slash; it writes only a backslash so.
  case $${value//'\\'/} in *\\*) name='' value=''; return 1 ;; esac
  value=$${value//'\\'/\\}
}

# password_file ROLE: a role may have any name, one with a / or with the .new of a file that is being written too: each byte but letters,
# digits, _ and - as %XX.
password_file() {
  local LC_ALL=C i char code name=''
  for ((i = 0; i < $${#1}; i++)); do
    char=$${1:i:1}
    case $char in
      [A-Za-z0-9_-]) ;;
      *) printf -v code %d "'$char" && printf -v char '%%%02X' $((code & 255)) ;;
    esac
    name+=$char
  done
  printf '%s' "$secrets/passwords/$name"
}

# former_password_file ROLE: the file in which an earlier runbook keeps it, named by the role as it is; nothing where there is none.
former_password_file() {
  case $1 in . | .. | */*) return ;; esac
  local former=$secrets/passwords/$1
  # One that reads as an encoded name is the file of another role.
  [ "$former" = "$(password_file "$1")" ] || [ ! -f "$former" ] || [ "$(role_of "$former")" != "$1" ] || printf '%s' "$former"
}

# role_of FILE: whose password it holds.
role_of() {
  local name=$${1##*/}
  if [[ $name =~ ^([A-Za-z0-9_-]|%[0-9A-F]{2})+$ ]]; then printf '%b' "$${name//%/\\x}"; else printf '%s' "$name"; fi
}

# control DIRECTORY: what its control file says. A damaged one is warned of and printed all the same, zeros and all: it says nothing.
control() {
  local said
  said=$(LC_ALL=C "$PGN_BIN/pg_controldata" -D "$1" 2>&1) && [[ $${said,,} != *warning:* ]] && printf '%s\n' "$said"
}
control_value() {
  local said
  said=$(control "$1") && sed -n "s/^$2: *//p" <<<"$said"
}

# A WAL position such as 0/3000028 as a number.
position() { echo $((16#$${1%/*} * 4294967296 + 16#$${1#*/})); }

# written FILE SEGMENT: a segment that PostgreSQL has set aside for later use carries the name of a position to come and pages
# of one long past: the address in its first page (PostgreSQL's XLogPageHeaderData, 8 bytes at offset 8) tells them apart.
written() {
  local address size
  size=$(stat -c %s "$1")
  address=$(od -An -t u8 -j 8 -N 8 "$1" | tr -d ' ')
  [ "$address" = $((16#$${2:8:8} * 4294967296 + 16#$${2:16:8} * size)) ]
}

# local_wal DIRECTORY: names of the segments in it that never reached the archive.
local_wal() {
  local wal name
  for wal in "$1"/pg_wal/*; do
    name=$${wal##*/}
    case $name in *[!0-9A-F]*) continue ;; esac
    [ $${#name} = 24 ] && [ ! -e "$1/pg_wal/archive_status/$name.done" ] && written "$wal" "$name" && echo "$name"
  done
}
EOT
      }

      template {
        destination = "local/pgbackrest.conf"
        perms       = "644"
        change_mode = "noop"
        data        = <<EOT
# Rendered; change the configuration, not this file. Secrets come from the files of the include path.
[global]
repo1-type=s3
repo1-path=/pgbackrest
repo1-s3-endpoint=account.r2.cloudflarestorage.com
repo1-s3-bucket=postgres-backups
repo1-s3-region=auto
repo1-s3-uri-style=host
repo1-storage-verify-tls=y
repo1-cipher-type=aes-256-cbc
repo1-bundle=y
repo1-retention-full-type=count
repo1-retention-full=4
repo2-type=posix
repo2-path=/var/lib/pgbackrest
repo2-bundle=y
repo2-retention-full-type=time
repo2-retention-full=14
compress-type=zst
start-fast=y
archive-async=y
# A dead repository must be an error soon: each retry multiplies the wait, and PostgreSQL retries by itself.
io-timeout=6
job-retry=0
# On the volumes: a task under exec has a root of its own, where a lock would lock nobody out.
lock-path=/var/lib/postgresql/15/main.runbook/pgbackrest/lock
spool-path=/var/lib/postgresql/15/main.runbook/pgbackrest/spool
log-path=/var/log/postgresql/pgbackrest
log-level-file=info

[db-primary]
pg1-path=/var/lib/postgresql/15/main
pg1-port=5432
pg1-socket-path=/var/run/postgresql
pg1-user=postgres
EOT
      }
    }
  }
}
