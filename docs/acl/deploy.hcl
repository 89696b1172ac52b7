# Deploy, Plan, Drift, Import, PauseSchedules, Stop, Destroy, and all that restore.hcl and look.hcl allow.
#   nomad acl policy apply -description "deploys the PostgreSQL cluster" postgres-deploy docs/acl/deploy.hcl
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
