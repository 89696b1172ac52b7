#!/bin/bash
# Restores cluster postgres without the runbook and without Nomad, on a Debian host that has never seen it.
# As root, once (where Debian has another PostgreSQL: apt-get install postgresql-common && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh):
#   apt-get install --no-install-recommends postgresql-15 pgbackrest
# Then as the user postgres, after each secret has been set:
#   read -rs PGBACKREST_REPO2_S3_KEY && export PGBACKREST_REPO2_S3_KEY   # pgbackrest.repositories[1].s3.key
#   read -rs PGBACKREST_REPO2_S3_KEY_SECRET && export PGBACKREST_REPO2_S3_KEY_SECRET   # pgbackrest.repositories[1].s3.keySecret
#   read -rs PGBACKREST_REPO2_CIPHER_PASS && export PGBACKREST_REPO2_CIPHER_PASS   # pgbackrest.repositories[1].cipherPassphrase
#   read -rs PGBACKREST_REPO3_AZURE_KEY && export PGBACKREST_REPO3_AZURE_KEY   # pgbackrest.repositories[2].azure.key
#   bash this-file
# It makes a folder of its own and changes nothing else; nothing of the repository is changed either.
set -eu
DIR=${DIR:-/var/lib/postgresql/by-hand} # must not exist yet, and needs room for the cluster
PORT=${PORT:-5433}
# To end earlier: TARGET="--type=time --target='2026-11-22 14:02:59+00' --target-action=promote", or with SET a label; to force a repository: REPOSITORY=2
TARGET=${TARGET:-} SET=${SET:-} REPOSITORY=${REPOSITORY:-}
BIN=/usr/lib/postgresql/15/bin

# pgBackRest reads a secret without the blanks around it from the file of the cluster, and with them from here.
trimmed() { sed 's/^ *//; s/ *$//' <<<"$1"; }
: "${PGBACKREST_REPO2_S3_KEY:?the secret of pgbackrest.repositories[1].s3.key}"
export PGBACKREST_REPO2_S3_KEY
PGBACKREST_REPO2_S3_KEY=$(trimmed "${PGBACKREST_REPO2_S3_KEY}")
: "${PGBACKREST_REPO2_S3_KEY_SECRET:?the secret of pgbackrest.repositories[1].s3.keySecret}"
export PGBACKREST_REPO2_S3_KEY_SECRET
PGBACKREST_REPO2_S3_KEY_SECRET=$(trimmed "${PGBACKREST_REPO2_S3_KEY_SECRET}")
: "${PGBACKREST_REPO2_CIPHER_PASS:?the secret of pgbackrest.repositories[1].cipherPassphrase}"
export PGBACKREST_REPO2_CIPHER_PASS
PGBACKREST_REPO2_CIPHER_PASS=$(trimmed "${PGBACKREST_REPO2_CIPHER_PASS}")
: "${PGBACKREST_REPO3_AZURE_KEY:?the secret of pgbackrest.repositories[2].azure.key}"
export PGBACKREST_REPO3_AZURE_KEY
PGBACKREST_REPO3_AZURE_KEY=$(trimmed "${PGBACKREST_REPO3_AZURE_KEY}")
[ -r '/etc/ssl/certs/minio.pem' ] || { echo 'needed here as well: /etc/ssl/certs/minio.pem' >&2; exit 1; }
[ -r '/etc/pgbackrest/id_ed25519' ] || { echo 'needed here as well: /etc/pgbackrest/id_ed25519' >&2; exit 1; }
umask 077
mkdir "$DIR" "$DIR/data" "$DIR/lock" "$DIR/tablespaces"

cat >"$DIR/pgbackrest.conf" <<'END'
[global]
repo1-type=posix
repo1-path=/pgbackrest
repo2-type=s3
repo2-path=/pgbackrest
repo2-s3-endpoint=minio.example.com
repo2-s3-bucket=backups
repo2-s3-region=eu-1
repo2-s3-uri-style=path
repo2-storage-port=9000
repo2-storage-ca-file=/etc/ssl/certs/minio.pem
repo2-storage-verify-tls=y
repo2-cipher-type=aes-256-cbc
repo3-type=azure
repo3-path=/pgbackrest
repo3-azure-account=acme
repo3-azure-container=backups
repo3-azure-key-type=shared
repo3-azure-endpoint=azurite
repo3-azure-uri-style=path
repo3-storage-port=10000
repo3-storage-verify-tls=n
repo4-type=sftp
repo4-path=/pgbackrest
repo4-sftp-host=backup.example.com
repo4-sftp-host-port=22
repo4-sftp-host-user=pgbackrest
repo4-sftp-private-key-file=/etc/pgbackrest/id_ed25519
repo4-sftp-host-key-hash-type=sha256
repo4-sftp-host-key-check-type=fingerprint
repo4-sftp-host-fingerprint=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
END
cat >>"$DIR/pgbackrest.conf" <<END
lock-path=$DIR/lock
log-level-file=off
log-level-console=info
process-max=$(nproc)
archive-async=n

[db-primary]
pg1-path=$DIR/data
END

# Its archive is off: it must not write into the repository of the cluster that it is a copy of.
eval "pgbackrest --config='$DIR/pgbackrest.conf' --stanza='db-primary' ${REPOSITORY:+--repo=$REPOSITORY} ${SET:+--set=$SET} $TARGET \
  --archive-mode=off --tablespace-map-all='$DIR/tablespaces' restore"

# A server that only its owner can reach, until it has been looked at. It serves when recovery has ended.
echo 'local all all trust' >"$DIR/pg_hba.conf"
[ -e "$DIR/data/postgresql.conf" ] || : >"$DIR/data/postgresql.conf"
"$BIN/pg_ctl" start -D "$DIR/data" -l "$DIR/server.log" -w -t 3600 \
  -o "-p $PORT -c listen_addresses= -c unix_socket_directories='$DIR' -c hba_file='$DIR/pg_hba.conf' -c hot_standby=off -c archive_mode=off -c recovery_end_command= -c archive_cleanup_command= -c ssl=off" ||
  { tail -n 20 "$DIR/server.log" >&2; exit 1; }
# Nothing that the owner of a database has set or made decides in a session of the superuser.
export PGOPTIONS='-c search_path=pg_catalog -c role=none -c local_preload_libraries= -c session_preload_libraries= -c statement_timeout=0'
until psql -X -q -h "$DIR" -p "$PORT" -U postgres -d postgres -c '' 2>/dev/null; do
  "$BIN/pg_ctl" status -D "$DIR/data" >/dev/null || { tail -n 20 "$DIR/server.log" >&2; exit 1; }
  sleep 1
done
grep -E 'last completed transaction|selected new timeline|archive recovery complete' "$DIR/server.log" || true
psql -X -h "$DIR" -p "$PORT" -U postgres -d postgres -c 'select datname, pg_size_pretty(pg_database_size(oid)) from pg_database where not datistemplate'
echo "it runs: psql -h '$DIR' -p $PORT -U postgres; it stops: $BIN/pg_ctl stop -D '$DIR/data'"
