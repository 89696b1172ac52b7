using CliWrap;
using CliWrap.Buffered;
using Shouldly;
using Tests.Settings;
using Xunit;

namespace Tests.Architecture;

/// <summary>What lies in a folder above the checkout takes no part in its compilation: it may be anybody's.</summary>
public sealed class FolderAboveTests : IDisposable
{
    private static readonly string[] Ours =
        ["Directory.Build.props", "Directory.Build.targets", "Directory.Build.rsp", "Directory.Packages.props", "NuGet.Config"];

    private readonly string _above = Directory.CreateTempSubdirectory("above-").FullName;

    [Theory]
    [InlineData("build", "Host")]
    [InlineData("tests", "Some")]
    public async Task Its_files_are_not_read(string folder, string project)
    {
        foreach (var name in (string[])["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "Directory.Solution.targets"])
            Write(name, "<Project><PropertyGroup><Hostile>$(Hostile) of " + name + "</Hostile></PropertyGroup></Project>");
        Write("Directory.Build.rsp", "-p:Hostile=rsp");
        Write("MSBuild.rsp", "-p:Hostile=rsp");
        Write("NuGet.Config", "<configuration><packageSources><clear/><add key=\"hostile\" value=\"/tmp/hostile\"/></packageSources></configuration>");
        Write("global.json", """{ "sdk": { "version": "99.0.0", "rollForward": "disable" } }""");
        foreach (var part in (string[])["build", "tests"])
        {
            foreach (var name in Ours.Where(name => File.Exists(Repository.PathOf($"{part}/{name}"))))
                Write($"checkout/{part}/{name}", await File.ReadAllTextAsync(Repository.PathOf($"{part}/{name}"), TestContext.Current.CancellationToken));
        }

        Write("checkout/global.json", await File.ReadAllTextAsync(Repository.PathOf("global.json"), TestContext.Current.CancellationToken));
        var file = Write($"checkout/{folder}/{project}/{project}.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\" />");
        var read = await CliWrap.Cli.Wrap("dotnet").WithWorkingDirectory(Path.Combine(_above, "checkout"))
            .WithArguments(["msbuild", file, "-getProperty:Hostile,RestoreConfigFile,TargetFramework", "-nologo"])
            .WithEnvironmentVariables(e => e.Set("HOME", _above).Set("DOTNET_CLI_HOME", _above))
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        read.ExitCode.ShouldBe(0, read.StandardOutput + read.StandardError);
        read.StandardOutput.ShouldContain("\"Hostile\": \"\"");
        read.StandardOutput.ShouldContain("\"TargetFramework\": \"net10.0\"");
        // Of a user who has no configuration of his own.
        read.StandardOutput.ShouldContain("checkout/build/NuGet.Config\"");
    }

    public void Dispose() => Directory.Delete(_above, recursive: true);

    private string Write(string name, string text)
    {
        var file = Path.Combine(_above, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }
}
