# What the runbook asks the node on demand: operate.sh OPERATION [ARGUMENT]. Runs in a dispatched job, or, where the server
# task runs, in that task through `nomad alloc exec` with lib.sh and this file on standard input.
[ -n "${state_file:-}" ] || . "$NOMAD_TASK_DIR/lib.sh"

fact() { printf 'fact %s %s\n' "$1" "$2"; }

facts_of_data() {
  [ -e "$PGN_DATA/PG_VERSION" ] || { fact data.present false; return; }
  fact data.present true
  fact data.version "$(cat "$PGN_DATA/PG_VERSION")"
  fact data.bytes "$(du -sb "$PGN_DATA" 2>/dev/null | cut -f 1)"
  fact data.tablespaces "$(find "$PGN_DATA/pg_tblspc" -mindepth 1 -maxdepth 1 | wc -l)"
  fact wal.unarchived "$(find "$PGN_DATA/pg_wal/archive_status" -name '*.ready' 2>/dev/null | wc -l)"
  control "$PGN_DATA" | sed -n \
    -e 's/^Database system identifier: */fact control.system /p' \
    -e 's/^Database cluster state: */fact control.state /p' \
    -e "s/^Latest checkpoint's TimeLineID: */fact control.timeline /p"
}

facts_of_kept() {
  local kept
  for kept in "$PGN_DATA".kept-*; do
    [ -d "$kept" ] || continue
    fact kept "${kept##*.kept-} $(du -sb "$kept" 2>/dev/null | cut -f 1) $(stat -c %Z "$kept") $kept"
  done
}

facts_of_restore() {
  restore_facts
  local log
  # The bytes copied so far, for whoever looks on from another terminal.
  log=$PGN_DATA.restore-$(state_get id)
  [ -d "$log" ] && fact restore.bytes "$(du -sb "$log" 2>/dev/null | cut -f 1)"
  return 0
}

facts() {
  fact node "$(hostname)"
  fact clock "$(date -u +%s)"
  fact user "$(id -un)"
  fact postgres.version "$("$PGN_BIN/postgres" -V 2>/dev/null | sed 's/.*) \([0-9.]*\).*/\1/')"
  fact disk "$(df -B1 --output=avail,size "$PGN_VOLUME" | tail -n 1 | tr -s ' ' | sed 's/^ //')"
  facts_of_data
  facts_of_kept
  facts_of_restore
  fact init.fingerprint "$(cat "$PGN_STATE/init.fingerprint" 2>/dev/null)"
  fact secrets.fingerprint "$(cat "$secrets/fingerprint" 2>/dev/null)"
  if live_postmaster; then
    fact server.timeline "$(query 'select timeline_id from pg_control_checkpoint()' 2>/dev/null)"
    fact server.recovering "$(query 'select pg_is_in_recovery()' 2>/dev/null)"
  elif (exec 3<>"/dev/tcp/127.0.0.1/$PGN_PORT") 2>/dev/null; then
    fact port.busy true
  fi
  [ -n "$PGN_STANZA" ] || return 0
  fact pgbackrest.version "$(pgbackrest version 2>/dev/null | sed 's/.* //')"
  local info
  if info=$(pgbr info --output=json 2>&1); then
    # Warnings stand beside it; the answer itself is one line.
    fact info "$(grep -m 1 '^\[' <<<"$info")"
  else
    fact info.error "$(printf '%s' "$info" | tr '\n' ' ')"
  fi
}

# probe LABEL,LABEL... ARCHIVE-ID/PREFIX,...: are the manifests of these sets there, and which WAL segments do these folders hold?
# The history file of a backup begins with the name of a segment, too, and is none.
probe() {
  local label folder
  for label in ${1//,/ }; do
    if pgbr repo-ls "backup/$PGN_STANZA/$label" 2>/dev/null | grep -qx backup.manifest; then fact set.whole "$label"; else fact set.broken "$label"; fi
  done
  for folder in ${2//,/ }; do
    pgbr repo-ls "archive/$PGN_STANZA/$folder" 2>/dev/null | sed -n 's/^\([0-9A-F]\{24\}\)-[0-9a-f]\{40\}\(\.[a-z0-9]*\)\{0,1\}$/fact segment \1/p'
  done
}

# timelines ARCHIVE-ID: the timeline history files of the archive, so that a plan can tell which set lies on which timeline.
timelines() {
  local name
  for name in $(pgbr repo-ls "archive/$PGN_STANZA/$1" 2>/dev/null | grep '^[0-9A-F]\{8\}\.history$'); do
    pgbr repo-get "archive/$PGN_STANZA/$1/$name" 2>/dev/null | sed -n "s/^\([0-9]\{1,\}\)[[:space:]]\{1,\}\([0-9A-F/]\{1,\}\).*/fact history ${name%.history} \1 \2/p"
  done
}

# Ends a restore: the server runs, recovery has ended, a backup stands.
finish() {
  [ "$(state_get id)" = "$1" ] || fail "no restore $1 is under way" 3
  rm -f "$state_file" && sync "$PGN_STATE"
  fact finished "$1"
}

# receive NAME: a secret file for the data volume, from standard input.
receive() {
  mkdir -p "$secrets/$(dirname "$1")" && head -c -1 >"$secrets/$1.new" && mv "$secrets/$1.new" "$secrets/$1" || fail "cannot write $secrets/$1"
}

# Keeps a task open for the runbook to deliver secrets into: they travel on standard input, never in a job.
await_secrets() {
  make_folders
  local _
  for _ in $(seq 1 240); do
    [ "$(cat "$secrets/fingerprint" 2>/dev/null)" = "$1" ] && return 0
    sleep 0.25
  done
  fail "no secrets were delivered within a minute"
}

operate() {
  case $1 in
    facts) make_folders; facts ;;
    probe) probe "${2% *}" "${2#* }" ;;
    timelines) timelines "$2" ;;
    finish) finish "$2" ;;
    backup) make_folders; refuse_during_restore; pgbr backup --type="$2" --log-level-console=detail ;;
    await-secrets) await_secrets "$2" ;;
    receive) receive "$2" ;;
    check) pgbr check --log-level-console=info ;;
    *) fail "unknown operation $1" 2 ;;
  esac
}

[ -z "${NOMAD_META_operation:-}" ] || operate "$NOMAD_META_operation" "${NOMAD_META_argument:-}"
