using Runbook.Nomad;
using Shouldly;
using Xunit;

namespace Tests.Nomad;

public class JobTableTests
{
    [Fact]
    public void Reads_ids_of_any_length_and_a_status_of_two_words()
    {
        const string text = """
            ID                                            Type                 Priority  Status          Submit Date
            pgbackrest                                    batch/parameterized  50        running         2026-11-22T16:06:25Z
            pgbackrest-init/dispatch-1795363591-07dde577  batch                50        dead            2026-11-22T16:06:31Z
            postgres                                      service              50        dead (stopped)  2026-11-22T16:06:29Z

            """;

        JobTable.Parse(text).ShouldBe(
        [
            new JobRow("pgbackrest", "running", Stopped: false),
            new JobRow("pgbackrest-init/dispatch-1795363591-07dde577", "dead", Stopped: false),
            new JobRow("postgres", "dead", Stopped: true),
        ]);
    }

    [Theory]
    [InlineData("No running jobs\n")]
    [InlineData("")]
    public void No_table_is_no_job(string text) => JobTable.Parse(text).ShouldBeEmpty();
}
