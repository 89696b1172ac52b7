using Shouldly;
using Tests.LocalNomad;
using Tests.Settings;
using Xunit;

namespace Tests.Render;

/// <summary>A real Nomad accepts every job.</summary>
public abstract class RealNomadTests(TemplatesFixture templates, NomadFixture nomad) : IClassFixture<TemplatesFixture>
{
    public static TheoryData<string> Names => ApprovedTests.Names;

    [Theory, MemberData(nameof(Names))]
    public async Task Nomad_accepts_every_job(string scenario)
    {
        // Once with scripts of one line, once as they are delivered.
        foreach (var source in new[] { templates.Root, Repository.PathOf("templates") })
        {
            foreach (var job in Scenarios.Render(scenario, source, await nomad.VersionAsync()))
            {
                var result = await nomad.RunAsync("job", "validate", nomad.Write(nomad.UniqueId(job.Id), job.Text));
                result.ExitCode.ShouldBe(0, $"{job.FileName}: {result}");
            }
        }
    }
}

[Collection(FirstNomadContract.Name), Trait("Nomad", "Real")]
public sealed class RenderedOnFirstRealTests(TemplatesFixture templates, FirstNomad nomad) : RealNomadTests(templates, nomad.Required());

[Collection(SecondNomadContract.Name), Trait("Nomad", "Real")]
public sealed class RenderedOnSecondRealTests(TemplatesFixture templates, SecondNomad nomad) : RealNomadTests(templates, nomad.Required());
