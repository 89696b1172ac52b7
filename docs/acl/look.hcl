# Status, Check, Backups, Schedule, Logs, History, Doctor, Verify. Nothing can be submitted or stopped.
#   nomad acl policy apply -description "looks at the PostgreSQL cluster" postgres-look docs/acl/look.hcl
# In a namespace of its own: replace "default".
namespace "default" {
  capabilities = [
    "list-jobs", "read-job", "read-logs",
    # The node is asked next to the server, or by a dispatched job where no server runs. Both can do more than look: whoever has alloc-exec is
    # superuser of the cluster, and a dispatched job can restore. For people who must not be that, give read-job alone, and Nomad's own commands.
    "dispatch-job", "alloc-exec",
    # With nomad.driver "raw_exec" alone: it runs commands as any user of the node.
    # "alloc-node-exec",
  ]
}

node {
  policy = "read"
}

agent {
  policy = "read"
}
