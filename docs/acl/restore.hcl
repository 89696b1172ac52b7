# Backup, Restore, Revert, Undo, Accept, Discard, Expire, PauseSchedules, and all that look.hcl allows. A restore stops and submits the server's job and the
# schedules, so Nomad asks for the same rights as for a deployment: this one differs in its name, which the log of Nomad shows, and can be taken back by itself.
#   nomad acl policy apply -description "backs up and restores the PostgreSQL cluster" postgres-restore docs/acl/restore.hcl
# In a namespace of its own: replace "default".
namespace "default" {
  capabilities = [
    "list-jobs", "read-job", "submit-job", "dispatch-job", "read-logs",
    # alloc-exec runs commands as the owner of the data: whoever has it is superuser of the cluster.
    "alloc-exec",
    # With nomad.driver "raw_exec" alone: it runs commands as any user of the node.
    # "alloc-node-exec",
  ]
}

# The jobs mount the host volumes.
host_volume "postgres-*" {
  policy = "write"
}

host_volume "pgbackrest" {
  policy = "write"
}

node {
  policy = "read"
}

# Doctor asks which versions the servers have.
agent {
  policy = "read"
}
