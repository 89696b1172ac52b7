job "postgres" {
  datacenters = ["dc1"]
  region      = "global"
  namespace   = "default"
  type        = "service"

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

  update {
    max_parallel      = 1
    health_check      = "task_states"
    min_healthy_time  = "5s"
    healthy_deadline  = "10m"
    progress_deadline = "11m"
    # Going back to an older job by itself could start an older server on newer data.
    auto_revert = false
  }

  group "postgres" {
    count = 1

    # A server that does not start keeps trying; it never moves to a node that has other data.
    restart {
      attempts = 3
      interval = "10m"
      delay    = "15s"
      mode     = "delay"
    }

    reschedule {
      attempts  = 0
      unlimited = false
    }

    network {
      port "postgres" {
        static = 5432
      }
    }

    service {
      name = "postgres"
      port = "postgres"

      check {
        name     = "postgres"
        type     = "tcp"
        port     = "postgres"
        interval = "10s"
        timeout  = "2s"
      }
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

    task "postgres" {
      driver = "exec"
      user   = "postgres"

      config {
        # The init reaps what pgBackRest leaves behind; were the server PID 1, it would take that for a crash.
        command = "/usr/bin/tini"
        args    = ["-s", "--", "/bin/bash", "${NOMAD_TASK_DIR}/serve.sh"]
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

      # SIGINT is a fast shutdown: sessions end, the last checkpoint is written, WAL is archived.
      kill_signal  = "SIGINT"
      kill_timeout = "5m"

      resources {
        cpu    = 2000
        memory = 4096
      }

      template {
        destination = "local/serve.sh"
        perms       = "755"
        change_mode = "noop"
        data        = <<EOT
#!/bin/bash
set -euo pipefail
EOT
      }

      template {
        destination = "local/archive-get.sh"
        perms       = "755"
        change_mode = "noop"
        data        = <<EOT
#!/bin/bash
set -euo pipefail
EOT
      }

      template {
        destination = "local/postgresql.conf"
        perms       = "644"
        change_mode = "noop"
        data        = <<EOT
# Rendered; change the configuration, not this file.
listen_addresses = '*'
port = 5432
unix_socket_directories = '/var/run/postgresql'
unix_socket_permissions = 0770
password_encryption = 'scram-sha-256'
# A task's /dev/shm has 64 MB, too little for a parallel hash join.
dynamic_shared_memory_type = 'sysv'

wal_level = 'replica'
hot_standby = on
archive_mode = on
archive_command = 'pgbackrest --stanza=db-primary archive-push "%p"'
restore_command = '/bin/bash "$NOMAD_TASK_DIR"/archive-get.sh %f "%p"'

# Standard error is what Nomad keeps and shows.
log_destination = 'stderr'
logging_collector = off
log_line_prefix = '%m [%p] %q%u@%d '
log_checkpoints = on

# postgres.settings; the last value of a name wins.
effective_cache_size = '3GB'
shared_buffers = '1GB'
shared_preload_libraries = 'pg_stat_statements'
EOT
      }

      template {
        destination = "local/pg_hba.conf"
        perms       = "644"
        change_mode = "noop"
        data        = <<EOT
# Rendered; change the configuration, not this file. The first line that fits decides.
# The superuser, for those whom pg_ident.conf names.
local  all          postgres               peer map=operator
local  replication  postgres               peer map=operator
# postgres.hba
host shop shop 10.0.0.0/8 scram-sha-256
# Everybody else has a password, on loopback too: with trust there, any local user would be superuser.
local  all          all                    scram-sha-256
host   all          all      127.0.0.1/32  scram-sha-256
host   all          all      ::1/128       scram-sha-256
host   replication  all      127.0.0.1/32  scram-sha-256
host   replication  all      ::1/128       scram-sha-256
host   all          all      0.0.0.0/0     scram-sha-256
host   all          all      ::/0          scram-sha-256
EOT
      }

      template {
        destination = "local/pg_ident.conf"
        perms       = "644"
        change_mode = "noop"
        data        = <<EOT
# Rendered; change the configuration, not this file.
operator  root  postgres
operator  postgres  postgres
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
