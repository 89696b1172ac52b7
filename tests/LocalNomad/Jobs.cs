namespace Tests.LocalNomad;

/// <summary>Texts of job files for tests.</summary>
public static class Jobs
{
    public const string NoRetries = """
            restart {
              attempts = 0
              mode     = "fail"
            }
            reschedule {
              attempts  = 0
              unlimited = false
            }
        """;

    /// <summary>A batch job of one task that runs a shell script.</summary>
    public static string Batch(string id, string script, string job = "", string group = NoRetries, string task = "") =>
        Text(id, "batch", script, job, group, task);

    /// <summary>A service of one task that runs a shell script, judged quickly.</summary>
    public static string Service(
        string id, string script, string job = "", string group = NoRetries, string task = "", string progressDeadline = "8s") =>
        Text(id, "service", script, job, group + $$"""

                update {
                  min_healthy_time  = "500ms"
                  healthy_deadline  = "6s"
                  progress_deadline = "{{progressDeadline}}"
                  health_check      = "task_states"
                }
            """, task);

    public static string Text(string id, string type, string script, string job, string group, string task) => $$"""
        job "{{id}}" {
          datacenters = ["dc1"]
          type        = "{{type}}"
          {{job}}
          group "main" {
        {{group}}
            task "work" {
              driver = "raw_exec"
              config {
                command = "/bin/sh"
                args    = ["-c", "{{Escape(script)}}"]
              }
              {{task}}
            }
          }
        }
        """;

    // A script's own ${...} would be taken for Nomad's; the tests write $X instead.
    private static string Escape(string script) =>
        script.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
