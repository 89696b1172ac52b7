using Runbook.Nomad;
using Shouldly;
using Xunit;

namespace Tests.Nomad;

public class JobDiffTextTests
{
    // As Nomad 1.1.2 printed it.
    private const string Edited = """
        +/- Job: "svc"
        +/- Meta[cluster]: "x" => "z"
        +   Constraint {
            + LTarget: "${attr.kernel.name}"
            + Operand: "="
            }
        +/- Task Group: "g" (1 create/destroy update)
          + Network {
            + MBits: "0"
              Mode:  ""
            + Static Port {
              + Label:       "p"
              + Value:       "25001"
              }
            }
          +/- Task: "work" (forces create/destroy update)
            +/- KillTimeout: "5000000000" => "7000000000"
            +/- Config {
                  args[0]: "-c"
              +/- args[1]: "exec sleep 300" => "say \"a: b\" }\n\t\u00e9\\"
                  command: "/bin/bash"
                }
            -   Template {
                  ChangeSignal: ""
                - DestPath:     "local/x.conf"
                }

        Scheduler dry-run:
        - All tasks successfully allocated.
        Job: "not of the difference"
        """;

    [Fact]
    public void Groups_tasks_blocks_and_fields_stand_where_they_stood()
    {
        var job = JobDiffText.Parse(Edited);
        (job.Mark, job.Kind, job.Name).ShouldBe((DiffMark.Edited, JobDiff.Job, "svc"));
        job.Fields.ShouldHaveSingleItem().ShouldBe(new DiffField(DiffMark.Edited, "Meta[cluster]", "x", "z"));
        job.Blocks.Select(b => (b.Mark, b.Kind, b.Name)).ShouldBe([(DiffMark.Added, "Constraint", ""), (DiffMark.Edited, JobDiff.TaskGroup, "g")]);
        var group = job.Blocks[1];
        group.Note.ShouldBe("1 create/destroy update");
        group.Blocks[0].Blocks.ShouldHaveSingleItem().Field("Value").ShouldBe(new DiffField(DiffMark.Added, "Value", "", "25001"));
        var task = group.Blocks[1];
        (task.Kind, task.Name, task.Note).ShouldBe((JobDiff.Task, "work", "forces create/destroy update"));
        task.Field("KillTimeout").ShouldBe(new DiffField(DiffMark.Edited, "KillTimeout", "5000000000", "7000000000"));
        task.Blocks[0].Fields.ShouldBe(
        [
            new(DiffMark.None, "args[0]", "-c", "-c"), new(DiffMark.Edited, "args[1]", "exec sleep 300", "say \"a: b\" }\n\té\\"),
            new(DiffMark.None, "command", "/bin/bash", "/bin/bash"),
        ]);
        task.Blocks[1].Field("DestPath").ShouldBe(new DiffField(DiffMark.Deleted, "DestPath", "local/x.conf", ""));
    }

    [Theory]
    [InlineData("Job: \"a\"\nTask Group: \"g\" (1 ignore)\n  Task: \"t\"\n\nScheduler dry-run:\n", DiffMark.None)]
    [InlineData("+ Job: \"a\"\n+ Task Group: \"g\" (1 create)\n  + Task: \"t\" (forces create)\n\n", DiffMark.Added)]
    [InlineData("Error during plan", DiffMark.None)]
    [InlineData("}\n}\n+/- Job: \"a\"\n}\n", DiffMark.None)]
    public void The_first_line_tells_whether_anything_differs(string text, DiffMark mark) => JobDiffText.Parse(text).Mark.ShouldBe(mark);
}
