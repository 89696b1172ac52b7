using System.Diagnostics;

namespace Tests.LocalNomad;

/// <summary>An agent of the stand-in that runs as nobody, as it does for an ordinary user.</summary>
public sealed class UnprivilegedFixture : NomadFixture
{
    public override async ValueTask InitializeAsync()
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Directory, (UnixFileMode)0x1FF);
        await StartAgentAsync();
    }

    protected override ProcessStartInfo StartOf(IReadOnlyList<string> arguments) =>
        new("setpriv", ["--reuid=nobody", "--regid=nogroup", "--clear-groups", "--", LocalExecutable, .. arguments]);
}
