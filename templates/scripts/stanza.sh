#!/bin/bash
# Creates the stanza when it is not there, and proves that a WAL segment arrives in the repository.
. "$NOMAD_TASK_DIR/lib.sh"
make_folders
# The server archives already, in vain before there is a stanza, and its archiver holds the lock (50) for moments.
deadline=$((SECONDS + 30))
until pgbr stanza-create --log-level-console=info; do
  code=$?
  [ "$code" = 50 ] && [ "$SECONDS" -lt "$deadline" ] || exit "$code"
  sleep 0.5
done
# A repository that begins later lacks the histories of the timelines that began before it; recovery follows none without its history.
for history in "$PGN_DATA"/pg_wal/*.history; do
  [ ! -e "$history" ] || pgbr archive-push --no-archive-async "$history" || exit
done
pgbr check --log-level-console=info
