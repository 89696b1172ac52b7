using Xunit;

namespace Tests.LocalNomad;

/// <summary>Stands for the contract, the first hour and Terraform's round on real Nomads, which are not even begun where none is named.</summary>
public sealed class RealNomadTests
{
    [Fact]
    public void The_contract_and_the_first_hour_are_tested_on_real_Nomads_where_they_are_named()
    {
        if (RealNomad.Executables.Count < 2)
            Assert.Skip($"{RealNomad.Variable} names {RealNomad.Executables.Count} real Nomads; two are wanted: {RealNomad.Variable}=/path/to/newest:/path/to/older.");
        Assert.All(RealNomad.Executables, path => Assert.True(File.Exists(path), $"{RealNomad.Variable} names {path}, which is not there."));
    }
}
