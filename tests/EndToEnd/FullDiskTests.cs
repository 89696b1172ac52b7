using Shouldly;
using Xunit;

namespace Tests.EndToEnd;

/// <summary>A disk that was large enough when the restore looked, and fills up while it copies. A real one, in memory.</summary>
public sealed class FullDiskTests
{
    [Fact, Thorough]
    public async Task The_disk_fills_up_during_the_copy()
    {
        if (!Environment.IsPrivilegedProcess)
            Assert.Skip("only root can mount a small disk");
        await using var checkout = new Checkout();
        var volume = Directory.CreateDirectory(Path.Combine(checkout.Sandbox, "data")).FullName;
        if (!await Ran(checkout, "mount", "-t", "tmpfs", "-o", "size=900m", "tmpfs", volume))
            Assert.Skip("this root cannot mount a small disk");
        try
        {
            await Filled(checkout, volume);
        }
        finally
        {
            // Lazily: whatever still runs there is ended with the checkout.
            await Ran(checkout, "umount", "-l", volume);
        }
    }

    private static async Task Filled(Checkout checkout, string volume)
    {
        var gate = new Gate(checkout);
        checkout.Configure(p => p["postgres"]!["settings"]!["track_commit_timestamp"] = "on");
        await checkout.Run(0, "Deploy");
        await using var oracle = await Oracle.StartAsync(checkout);
        await checkout.Run(0, "Backup", "--backup-type", "full");
        await oracle.MoreAsync();
        var since = oracle.Timeline;
        oracle.Hold();
        string[] command = ["Restore", "Revert", "--backup-set", "latest", .. RecoveryPoint.Latest.Words];
        gate.Freeze("restore", 300);
        using (var run = checkout.Start(command))
        {
            await gate.Reached(run);
            var ballast = Path.Combine(volume, "ballast");
            await using (var file = File.Create(ballast))
                await Fill(file);
            foreach (var process in checkout.Running.Where(p => p.Id == gate.Frozen || p.Parent == gate.Frozen))
                Processes.Signal(process.Id, Processes.Continue);
            gate.Open();
            var outcome = await run.End();
            outcome.ExitCode.ShouldBe(1, outcome.ToString());
            outcome.Error.ShouldContain("no space left on the data volume", Case.Sensitive, outcome.ToString());
            outcome.Error.ShouldContain("state: ");
            outcome.Error.ShouldContain("next:  ");
            File.Delete(ballast);
        }
        await checkout.Run(0, command);
        await oracle.CheckAsync(RecoveryPoint.Latest, since);
    }

    private static async Task Fill(FileStream file)
    {
        var block = new byte[1 << 16];
        try
        {
            while (true)
            {
                await file.WriteAsync(block, Wait.Token);
                await file.FlushAsync(Wait.Token);
            }
        }
        catch (IOException)
        {
            // Full, which is what was wanted.
        }
    }

    private static async Task<bool> Ran(Checkout checkout, params string[] command)
    {
        using var run = new RunningBuild(checkout.Info(command[0], command[1..]));
        return (await run.End()).ExitCode == 0;
    }
}
