using System.Diagnostics;
using Sandbox;
using Shouldly;
using Xunit;

namespace Tests.Sandbox;

/// <summary>What an installation of packages starts and enables, on a file system that is a folder.</summary>
public sealed class ServiceHoldTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("pgn-hold-").FullName;

    private string Policy => Path.Combine(_root, "usr/sbin/policy-rc.d");

    public ServiceHoldTests()
    {
        foreach (var folder in (string[])["usr/sbin", "lib/systemd/system", "etc/init.d", "etc/systemd/system/multi-user.target.wants"])
            Directory.CreateDirectory(Path.Combine(_root, folder));
        File.WriteAllText(Path.Combine(_root, "lib/systemd/system/here.service"), "");
        File.WriteAllText(Path.Combine(_root, "lib/systemd/system/many@.service"), "");
        File.WriteAllText(Path.Combine(_root, "etc/init.d/old"), "");
        Enable("here.service");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("new.service", 101)]
    [InlineData("new", 101)]
    [InlineData("fresh@1.service", 101)]
    [InlineData("here.service", 0)]
    [InlineData("many@1.service", 0)]
    [InlineData("old", 0)]
    public void Only_what_was_there_before_may_be_started(string unit, int code)
    {
        using var hold = new ServiceHold(_root);
        Ask(unit).ShouldBe(code);
    }

    [Fact]
    public void What_came_meanwhile_is_not_enabled_afterwards()
    {
        using (new ServiceHold(_root))
        {
            foreach (var unit in (string[])["new.service", "postgresql.service"])
                Enable(unit);
            File.CreateSymbolicLink(Path.Combine(_root, "etc/systemd/system/masked.service"), "/dev/null");
        }
        Directory.GetFileSystemEntries(Path.Combine(_root, "etc/systemd/system"), "*.service", SearchOption.AllDirectories)
            .Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(["here.service", "masked.service", "postgresql.service"]);
        File.Exists(Policy).ShouldBeFalse();
    }

    [Fact]
    public void The_policy_of_an_administrator_stays()
    {
        File.WriteAllText(Policy, "theirs");
        using (new ServiceHold(_root))
            File.ReadAllText(Policy).ShouldBe("theirs");
        File.ReadAllText(Policy).ShouldBe("theirs");
    }

    [Fact]
    public void A_policy_that_a_kill_left_behind_holds_nothing_back()
    {
        using var hold = new ServiceHold(_root);
        using var gone = Process.Start("/bin/true");
        gone.WaitForExit();
        File.WriteAllText(Policy, File.ReadAllText(Policy).Replace($"/proc/{Environment.ProcessId} ", $"/proc/{gone.Id} ", StringComparison.Ordinal));
        Ask("new.service").ShouldBe(0);
    }

    private void Enable(string unit) =>
        File.CreateSymbolicLink(Path.Combine(_root, "etc/systemd/system/multi-user.target.wants", unit), $"/lib/systemd/system/{unit}");

    private int Ask(string unit)
    {
        using var asked = Process.Start(Policy, [unit, "start"]);
        asked.WaitForExit();
        return asked.ExitCode;
    }
}
