#!/bin/bash
# backup.sh full|diff|incr: the scheduled backups.
. "$NOMAD_TASK_DIR/lib.sh"
make_folders
refuse_during_restore
in_repositories "$repositories" backup --type="$1" --log-level-console=info
