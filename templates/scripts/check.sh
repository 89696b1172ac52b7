#!/bin/bash
# check.sh full-age=SECONDS archive-lag=SECONDS free-space=PERCENT: the periodic check of the cluster by itself. Each threshold is the
# critical one; 0 asks for nothing. Ends with 1 and a line for each problem, so that Nomad shows it, and leaves them for Check and Status.
. "$NOMAD_TASK_DIR/lib.sh"
. "$NOMAD_TASK_DIR/health.sh"
make_folders

full_age=0 archive_lag=0 free_space=0
for limit; do
  case $limit in
    full-age=*) full_age=${limit#*=} ;;
    archive-lag=*) archive_lag=${limit#*=} ;;
    free-space=*) free_space=${limit#*=} ;;
    *) fail "unknown threshold $limit" 2 ;;
  esac
done

now=$(date +%s)
problems=()
problem() { problems+=("problem=$1"); printf 'critical: %s\n' "$1" >&2; }

# conclude RESULT [WORDS]: what Check and Status show until the next one.
conclude() {
  printf '%s\n' "at=$now" "result=$1" "${problems[@]}" >"$check_file.new" && mv "$check_file.new" "$check_file" || fail "cannot write $check_file"
}

skip() {
  say "not checked: $1"
  problems=("problem=$1")
  conclude skipped
  exit 0
}

# The room that there was, from which Check tells when there will be none.
remember() {
  printf '%s %s\n' "$now" "$(cut -d ' ' -f 1-3 <<<"$1" | tr ' \n' ': ')" >>"$check_history"
  [ "$(wc -l <"$check_history")" -le 1000 ] || { tail -n 500 "$check_history" >"$check_history.new" && mv "$check_history.new" "$check_history"; }
}

check_room() {
  local name free size path
  while read -r name free size path; do
    [ $((free * 100)) -ge $((size * free_space)) ] || problem "$path has $((free / 1000000)) MB free of $((size / 1000000)) MB: less than $free_space %"
  done <<<"$1"
}

# A segment that is closed and arrives in every repository: the whole way from the server, and not only that somebody answers.
check_way() {
  local said
  said=$(pgbr check --log-level-console=info 2>&1) || problem "pgbackrest check: $(grep -m 1 ERROR <<<"$said" | sed 's/:$//' | cut -c 1-500)"
  say "$said"
}

check_waiting() {
  local listed oldest
  listed=$(waiting)
  oldest=$(cut -d ' ' -f 2 <<<"$listed" | sort -n | head -n 1)
  [ -z "$oldest" ] || [ $((now - oldest)) -le "$archive_lag" ] ||
    problem "$(wc -l <<<"$listed") WAL segments wait to be archived, the first since $(date -u -d "@$oldest" +%FT%TZ): $(push_error | cut -d ' ' -f 3- | sed 's/\\n/ /g' | cut -c 1-300)"
}

# check_full NUMBER: the age of the last full backup without damaged pages. In the answer each set begins with its WAL.
check_full() {
  local info last
  info=$(pgbr info --output=json --repo="$1" 2>&1)
  case $info in
    *'"code":99'*) problem "repository $1 does not answer: $(grep -o '"code":99,"message":"[^"]*"' <<<"$info" | head -n 1 | cut -d '"' -f 6 | sed 's/\\n.*//')"; return ;;
  esac
  last=$(sed 's/"archive":{"start"/\n&/g' <<<"$info" | grep '"type":"full"' | grep -v '"error":true' |
    sed -n 's/.*"timestamp":{"start":[0-9]*,"stop":\([0-9]*\)}.*/\1/p' | sort -n | tail -n 1)
  if [ -z "$last" ]; then
    problem "repository $1 holds no good full backup"
  elif [ "$full_age" -gt 0 ] && [ $((now - last)) -gt "$full_age" ]; then
    problem "the last good full backup in repository $1 is of $(date -u -d "@$last" +%FT%TZ): older than $((full_age / 3600)) h"
  fi
}

room=$(rooms)
remember "$room"
case $(state_get phase) in
  '' | started) ;;
  *) skip "restore $(state_get id) is unfinished (phase $(state_get phase))" ;;
esac
recovering=$(query 'select pg_is_in_recovery()' 2>/dev/null)
# The server's task holds the lock for as long as it is there, and a clean stop takes the process file away.
if [ -z "$recovering" ] && [ ! -e "$PGN_DATA/postmaster.pid" ] && flock -n "$PGN_STATE/data.lock" true; then
  skip 'the server is stopped'
fi

case $recovering in
  f) check_way ;;
  t) say 'the server is in recovery: it has no new WAL to archive' ;;
  *) problem 'the server does not answer' ;;
esac
check_waiting
for number in $repositories; do check_full "$number"; done
check_room "$room"

[ ${#problems[@]} = 0 ] || { conclude failed; exit 1; }
conclude ok
say 'nothing critical'
