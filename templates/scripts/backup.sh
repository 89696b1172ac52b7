#!/bin/bash
# backup.sh full|diff|incr SECONDS: the scheduled backups, which wait so long for another one to end. What became of the last run
# of each stands on the data volume.
. "$NOMAD_TASK_DIR/lib.sh"
make_folders

run_file=$PGN_STATE/schedules/$1
# Nomad names a run after the moment at which it was due.
due=${NOMAD_JOB_NAME:-}
due=${due##*/periodic-}
case $due in '' | *[!0-9]*) due=$(date +%s) ;; esac
started=$(date +%s) taken=false skipped=''

# record RESULT [KEY=VALUE...]: a run that was due later has the last word.
record() {
  local last
  last=$(value_in "$run_file" due)
  [ "${last:-0}" -le "$due" ] || return 0
  printf '%s\n' "due=$due" "started=$started" "result=$1" "${@:2}" >"$run_file.$$" && mv "$run_file.$$" "$run_file"
}

ended() {
  local result=failed
  [ "$1" != 0 ] || if [ "$taken" = true ]; then result='done'; else result='skipped'; fi
  record "$result" "code=$1" "why=$skipped" "ended=$(date +%s)"
}

trap 'ended $?' EXIT
record waiting
hold_backup "$2"
if [ -f "$pause_file" ]; then
  skipped='the schedules were paused'
  say "skipped: the schedules are paused since $(pause_value since) by $(pause_value by): $(pause_value reason)"
  exit 0
fi
record running
back_up "$1" "$repositories" info "$due"
