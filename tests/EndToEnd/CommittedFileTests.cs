using Shouldly;
using Tests.Settings;
using Xunit;

namespace Tests.EndToEnd;

/// <summary>A fresh clone is as clean after its first run as before.</summary>
public sealed class CommittedFileTests
{
    [Fact]
    public async Task The_schema_of_the_options_is_committed_as_the_build_writes_it()
    {
        await using var checkout = new Checkout();
        await checkout.Run(0, "Status");
        (await File.ReadAllTextAsync(Path.Combine(checkout.Path, ".nuke", "build.schema.json"), Wait.Token))
            .ShouldBe(await File.ReadAllTextAsync(Repository.PathOf(".nuke", "build.schema.json"), Wait.Token));
    }
}
