using System.Diagnostics;
using Shouldly;
using Tests.Settings;
using Xunit;

namespace Tests.Scripts;

public class SyntaxTests
{
    public static TheoryData<string> Scripts => [.. Directory.GetFiles(Repository.PathOf("templates", "scripts"), "*.sh").Select(p => Path.GetFileName(p)!).Order()];

    [Theory, MemberData(nameof(Scripts))]
    public async Task Every_script_is_bash(string name)
    {
        var start = new ProcessStartInfo("bash", ["-n", Repository.PathOf("templates", "scripts", name)]) { UseShellExecute = false, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0, error);
    }
}
