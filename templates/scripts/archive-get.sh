#!/bin/bash
# restore_command. PostgreSQL takes every failure of it up to exit code 125 for "the archive ends here" and promotes:
# a repository that dies during recovery would silently end it early. So only "no such segment" (1) is passed on;
# after a few tries everything else ends with a code above 125, which stops the server instead.
# A pgBackRest that stays behind must not hold the lock by which the end of the server is known.
exec 6>&-
# The working directory is that of the server, live or beside: pgBackRest insists that it is pg1-path.
for try in 1 2 3; do
  pgbackrest --stanza="$PGN_STANZA" --pg1-path="$PWD" archive-get "$1" "$2"
  code=$?
  # For who waits for the end of the WAL (staging.sh): what the archive lacked since it last had something.
  case $code in
    0) [ ! -e "$PGN_STATE/archive.missed" ] || : >"$PGN_STATE/archive.missed"; exit 0 ;;
    1) [ ! -e "$PGN_STATE/archive.missed" ] || echo "$1" >>"$PGN_STATE/archive.missed"; exit 1 ;;
  esac
  echo "archive-get $1: pgbackrest ended with $code (try $try of 3)" >&2
  [ "$try" = 3 ] || sleep 5
done
echo "archive-get $1: the repository does not answer; recovery stops here and can be started again" >&2
exit 200
