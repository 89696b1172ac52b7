using System.Text.Json;
using Shouldly;
using Xunit;

namespace Tests.Host;

public sealed class SchemaTests : IDisposable
{
    private const string File = ".nuke/build.schema.json";

    private readonly SampleFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_has_the_layout_of_NUKE()
    {
        await _folder.Run("Status");
        using var schema = JsonDocument.Parse(_folder.Read(File));
        var root = schema.RootElement;
        root.GetProperty("$schema").GetString().ShouldBe("http://json-schema.org/draft-04/schema#");
        root.GetProperty("allOf")[1].GetProperty("$ref").GetString().ShouldBe("#/definitions/NukeBuild");
        var targets = root.GetProperty("definitions").GetProperty("ExecutableTarget").GetProperty("enum");
        targets.EnumerateArray().Select(x => x.GetString()).ShouldBeInOrder();
        var host = root.GetProperty("definitions").GetProperty("NukeBuild").GetProperty("properties");
        host.GetProperty("Verbosity").GetProperty("$ref").GetString().ShouldBe("#/definitions/Verbosity");
    }

    [Theory]
    [InlineData("BackupSet", """{"type":"string","description":"The set to restore: 'latest' or a label"}""")]
    [InlineData("BackupType", """{"type":"string","enum":["Full","Diff","OnlyIncremental"],"description":"The kind of backup"}""")]
    [InlineData("Port", """{"type":"integer","format":"int32","description":"The port of the server"}""")]
    [InlineData("Yes", """{"type":"boolean","description":"Answers every question with yes"}""")]
    [InlineData("Timeout", """{"type":["string","null"],"description":"How long to wait"}""")]
    [InlineData("Ports", """{"type":"array","description":"Ports to open","items":{"type":"integer","format":"int32"}}""")]
    [InlineData("SuperuserPassword", """{"type":"string","description":"The password of the superuser","default":"Secrets must be entered via 'nuke :secrets [profile]'"}""")]
    public async Task Parameters_have_their_types(string name, string expected)
    {
        await _folder.Run("Status");
        using var schema = JsonDocument.Parse(_folder.Read(File));
        var property = schema.RootElement.GetProperty("allOf")[0].GetProperty("properties").GetProperty(name);
        JsonElement.DeepEquals(property, JsonDocument.Parse(expected).RootElement).ShouldBeTrue(property.GetRawText());
    }

    [Fact]
    public async Task It_is_written_only_when_it_changes()
    {
        await _folder.Run("Status");
        var text = _folder.Read(File);
        var written = System.IO.File.GetLastWriteTimeUtc(Path.Combine(_folder.Path, File));
        System.IO.File.Delete(Path.Combine(_folder.Path, ".nuke/temp/build.schema.stamp"));
        await _folder.Run("Status");
        System.IO.File.GetLastWriteTimeUtc(Path.Combine(_folder.Path, File)).ShouldBe(written);
        _folder.Write(File, "{}");
        await _folder.Run("Status");
        _folder.Read(File).ShouldBe(text);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_does_no_harm()
    {
        // A file in the way hinders even root, whom rights do not.
        Directory.CreateDirectory(Path.Combine(_folder.Path, File));
        (await _folder.Run("Status")).ExitCode.ShouldBe(0);
    }
}
