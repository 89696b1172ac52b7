# What the host of the data must be like. Doctor asks for it with the operation `doctor`. After lib.sh and health.sh.

# Asked beside a task or in a job of its own: under the driver exec both see the host's /etc and /usr as they were when the task began.
doctor() {
  fact host.os "$(sed -n 's/^PRETTY_NAME=//p' /etc/os-release 2>/dev/null | tr -d '"')"
  fact host.zone "$(date +%Z)"
  fact host.unit "$(unit_state /etc /lib)"
  debian_clusters /etc | sed 's/^/fact host.cluster /'
  rooms | sed 's/^/fact host.room /'
  fact host.open "$(open_folder "$NOMAD_TASK_DIR")"
  fact host.logins "$(logins /etc/passwd)"
}

# open_folder FOLDER: names it where every user may write to it and pass through all that it lies in.
open_folder() {
  local folder=$1 mode
  mode=$(stat -c %a "$folder") && case $mode in *[2367]) ;; *) return 0 ;; esac
  while [ "$folder" != / ]; do
    mode=$(stat -c %a "$folder") && case $mode in *[1357]) ;; *) return 0 ;; esac
    folder=$(dirname "$folder")
  done
  echo "$1"
}

# logins PASSWD: the people in it.
logins() { awk -F: '$3 >= 1000 && $3 < 65534 && $7 !~ /\/(nologin|false|sync)$/ { print $1 }' "$1" 2>/dev/null | tr '\n' ' '; }

# unit_state ETC LIB: of the unit by which Debian starts PostgreSQL: masked, absent, enabled or disabled.
unit_state() {
  if [ "$(readlink "$1/systemd/system/postgresql.service")" = /dev/null ]; then
    echo masked
  elif [ ! -e "$2/systemd/system/postgresql.service" ]; then
    echo absent
  elif [ -e "$1/systemd/system/multi-user.target.wants/postgresql.service" ]; then
    echo enabled
  else
    echo disabled
  fi
}

# debian_clusters ETC: VERSION NAME PORT START LISTENS DIRECTORY of each cluster that Debian's tools know.
debian_clusters() {
  local conf folder port start listens
  for conf in "$1"/postgresql/*/*/postgresql.conf; do
    [ -r "$conf" ] || continue
    folder=${conf%/*}
    port=$(conf_value "$conf" port)
    start=$(sed -n 's/^[[:space:]]*\([a-z]\{1,\}\).*/\1/p' "$folder/start.conf" 2>/dev/null | head -n 1)
    listens=false
    (exec 3<>"/dev/tcp/127.0.0.1/${port:-5432}") 2>/dev/null && listens=true
    echo "$(basename "${folder%/*}") ${folder##*/} ${port:-5432} ${start:-auto} $listens $(conf_value "$conf" data_directory)"
  done
}

# conf_value FILE NAME: a setting of a postgresql.conf, of which the last one counts.
conf_value() { sed -n "s/^[[:space:]]*$2[[:space:]]*=\{0,1\}[[:space:]]*'\{0,1\}\([^'#[:space:]]*\).*/\1/p" "$1" | tail -n 1; }
