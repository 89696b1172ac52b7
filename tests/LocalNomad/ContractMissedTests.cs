using System.Globalization;
using Shouldly;
using Xunit;

namespace Tests.LocalNomad;

/// <summary>What becomes of launches that were due while there was no agent.</summary>
public abstract class ContractMissedTests(NomadFixture nomad)
{
    private const int Every = 3;

    [Fact]
    public async Task However_many_launches_were_missed_one_makes_up_for_them()
    {
        var id = nomad.UniqueId("often");
        await nomad.SubmitAsync(id, Jobs.Batch(id, "true", job: $"periodic {{\n cron = \"*/{Every} * * * * * *\"\n prohibit_overlap = true\n}}"));
        await Eventually.TrueAsync(async () => (await LaunchesAsync(id)).Count > 0, "a launch by the schedule");
        await nomad.KillAgentAsync();
        var killed = Now();
        // Three were due meanwhile.
        await Eventually.TrueAsync(() => Now() > killed + (3 * Every), "the clock");
        var restarted = Now();
        await nomad.StartAgentAsync();
        await Eventually.TrueAsync(async () => (await LaunchesAsync(id)).Count(launch => launch >= restarted) > 1, "a launch after the one that makes up");

        var launches = (await LaunchesAsync(id)).Where(launch => launch > killed).ToList();
        launches[0].ShouldBeGreaterThanOrEqualTo(restarted, "named after the moment at which it was made up for");
        // From then on the schedule again, and nothing besides.
        launches.Skip(1).ShouldAllBe(launch => launch % Every == 0);
        launches.Count(launch => launch <= Next(launches[0])).ShouldBeLessThanOrEqualTo(2);
        (await nomad.RunAsync("job", "stop", "-yes", "-purge", "-detach", id)).ExitCode.ShouldBe(0);
    }

    private static long Now() => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    private static long Next(long moment) => (moment / Every * Every) + Every;

    /// <summary>The moments after which the job's children are named, in order.</summary>
    private async Task<IReadOnlyList<long>> LaunchesAsync(string id) =>
    [
        .. (await nomad.RunAsync("job", "status")).Output.Split('\n').Select(line => line.Split(' ')[0])
            .Where(child => child.StartsWith(id + "/periodic-", StringComparison.Ordinal))
            .Select(child => long.Parse(child[(id.Length + "/periodic-".Length)..], CultureInfo.InvariantCulture)).Order(),
    ];
}

public sealed class ContractMissedOnLocalTests(LocalAgentFixture nomad) : ContractMissedTests(nomad), IClassFixture<LocalAgentFixture>;
