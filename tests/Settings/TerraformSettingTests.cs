using Runbook.Settings;
using Shouldly;
using Xunit;

namespace Tests.Settings;

public class TerraformSettingTests
{
    [Fact]
    public void A_backend_without_credentials_is_taken() => Problems(new()
    {
        Type = "s3", Settings = new Dictionary<string, string> { ["bucket"] = "state", ["key"] = "pg.tfstate", ["use_lockfile"] = "true", ["endpoint"] = "https://s3.example.com" },
    }).ShouldBeEmpty();

    [Theory]
    [InlineData("secret_key", "hunter2"), InlineData("access_key", "hunter2"), InlineData("password", "hunter2"), InlineData("sas_token", "hunter2")]
    [InlineData("conn_str", "postgres://hunter2@h/d"), InlineData("address", "https://ann:hunter2@state.example.com"), InlineData("path", "env:hunter2")]
    public void Credentials_are_refused_and_not_repeated(string key, string value)
    {
        var problem = Problems(new() { Type = "http", Settings = new Dictionary<string, string> { [key] = value } }).ShouldHaveSingleItem();
        problem.ShouldStartWith($"terraform.backend.settings.{key}: contains a credential");
        problem.ShouldNotContain("hunter2");
    }

    [Theory]
    [InlineData("s3", "Bucket", "x", "is not the name of a setting"), InlineData("s3", "use_lockfile", "on", "write it as a text"), InlineData("S 3", "a", "b", "allowed: the name of a backend")]
    public void What_Terraform_would_not_take_is_said(string type, string key, string value, string said) =>
        Problems(new() { Type = type, Settings = new Dictionary<string, string> { [key] = value } }).ShouldHaveSingleItem().ShouldContain(said);

    [Theory]
    [InlineData(">= 2.1.0, < 3.0.0", true), InlineData("~> 2.3", true), InlineData("2.1.1", true), InlineData("!= 2.4.0", true), InlineData("latest", false), InlineData("2.x", false), InlineData("", false)]
    public void A_constraint_is_one_of_Terraform(string version, bool good) => (SettingsValidator.Validate(new()
    {
        Nomad = new() { Datacenter = "dc1" }, Postgres = new() { Version = 15 }, Terraform = new() { ProviderVersion = version },
    }).Count == 0).ShouldBe(good);

    private static IEnumerable<string> Problems(TerraformBackend backend) => SettingsValidator.Validate(new()
    {
        Nomad = new() { Datacenter = "dc1", Engine = Engine.Terraform }, Postgres = new() { Version = 15 }, Terraform = new() { Backend = backend },
    }).Select(e => $"{e.Path}: {e.Problem}");
}
