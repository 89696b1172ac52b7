#!/bin/bash
# Creates the stanza when it is not there, and proves that a WAL segment arrives in the repository.
. "$NOMAD_TASK_DIR/lib.sh"
make_folders
pgbr stanza-create --log-level-console=info || exit
pgbr check --log-level-console=info
