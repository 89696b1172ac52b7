job "pgbackrest-init" {
  datacenters = ["dc1"]
  region      = "global"
  namespace   = "default"
  type        = "batch"

  parameterized {
    payload       = "forbidden"
    meta_optional = ["operator"]
  }

  meta {
    runbook = "postgresql-on-nomad"
    cluster = "postgres"
  }

  constraint {
    attribute = "${attr.kernel.name}"
    value     = "linux"
  }

  constraint {
    attribute = "${node.unique.name}"
    value     = "db-1"
  }

  group "stanza" {
    count = 1

    # One try: what failed is looked at before it runs again.
    restart {
      attempts = 0
      mode     = "fail"
    }

    reschedule {
      attempts  = 0
      unlimited = false
    }

    volume "data" {
      type   = "host"
      source = "postgres-data"
    }

    volume "socket" {
      type   = "host"
      source = "postgres-socket"
    }

    volume "log" {
      type   = "host"
      source = "postgres-log"
    }

    task "stanza" {
      driver = "exec"
      user   = "postgres"

      config {
        # The init reaps what pgBackRest leaves behind; were the server PID 1, it would take that for a crash.
        command = "/usr/bin/tini"
        args    = ["-s", "--", "/bin/bash", "${NOMAD_TASK_DIR}/stanza.sh"]
      }

      volume_mount {
        volume      = "data"
        destination = "/var/lib/postgresql"
      }

      volume_mount {
        volume      = "socket"
        destination = "/var/run/postgresql"
      }

      volume_mount {
        volume      = "log"
        destination = "/var/log/postgresql"
      }

      env {
        PGN_VERSION       = "15"
        PGN_CLUSTER       = "main"
        PGN_PORT          = "5432"
        PGN_USER          = "postgres"
        PGN_BIN           = "/usr/lib/postgresql/15/bin"
        PGN_VOLUME        = "/var/lib/postgresql"
        PGN_DATA          = "/var/lib/postgresql/15/main"
        PGN_STATE         = "/var/lib/postgresql/15/main.runbook"
        PGN_SOCKET        = "/var/run/postgresql"
        PGN_LOG           = "/var/log/postgresql"
        PGN_STANZA        = "db-primary"
        PGN_LOCALE        = "C.UTF-8"
        PGN_CHECKSUMS     = "true"
        PGN_PROCESS_MAX   = "0"
        PGBACKREST_CONFIG = "${NOMAD_TASK_DIR}/pgbackrest.conf"
      }

      kill_timeout = "30s"

      resources {
        cpu    = 1000
        memory = 1024
      }

      template {
        destination = "local/stanza.sh"
        perms       = "755"
        change_mode = "noop"
        data        = <<EOT
#!/bin/bash
set -euo pipefail
EOT
      }

      template {
        destination = "local/lib.sh"
        perms       = "755"
        change_mode = "noop"
        data        = <<EOT
#!/bin/bash
set -euo pipefail
EOT
      }

      template {
        destination = "local/pgbackrest.conf"
        perms       = "644"
        change_mode = "noop"
        data        = <<EOT
# Rendered; change the configuration, not this file. Secrets come from the files of the include path.
[global]
repo1-type=s3
repo1-path=/pgbackrest
repo1-s3-endpoint=account.r2.cloudflarestorage.com
repo1-s3-bucket=postgres-backups
repo1-s3-region=auto
repo1-s3-uri-style=host
repo1-storage-verify-tls=y
repo1-bundle=y
repo1-retention-full-type=count
repo1-retention-full=4
compress-type=zst
start-fast=y
archive-async=y
# A dead repository must be an error soon: each retry multiplies the wait, and PostgreSQL retries by itself.
io-timeout=6
job-retry=0
# On the volumes: a task under exec has a root of its own, where a lock would lock nobody out.
lock-path=/var/lib/postgresql/15/main.runbook/pgbackrest/lock
spool-path=/var/lib/postgresql/15/main.runbook/pgbackrest/spool
log-path=/var/log/postgresql/pgbackrest
log-level-file=info

[db-primary]
pg1-path=/var/lib/postgresql/15/main
pg1-port=5432
pg1-socket-path=/var/run/postgresql
pg1-user=postgres
EOT
      }
    }
  }
}
