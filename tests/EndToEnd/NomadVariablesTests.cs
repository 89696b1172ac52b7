using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Tests.EndToEnd;

/// <summary>What every Nomad user has in the environment reaches the executable; the token is seen by nobody else.</summary>
public sealed class NomadVariablesTests
{
    private const string Token = "5ad0c0de-1f2e-3d4c-5b6a-7f8e9d0c1b2a";

    private static readonly Dictionary<string, string> Usual = new()
    {
        ["NOMAD_ADDR"] = "https://nomad.example.com:4646", ["NOMAD_TOKEN"] = Token, ["NOMAD_NAMESPACE"] = "apps", ["NOMAD_REGION"] = "eu",
        ["NOMAD_CACERT"] = "/ca.pem", ["NOMAD_CLIENT_CERT"] = "/client.pem", ["NOMAD_CLIENT_KEY"] = "/client.key", ["NOMAD_SKIP_VERIFY"] = "true",
        ["NOMAD_TLS_SERVER_NAME"] = "server.eu.nomad", ["NOMAD_CLI_SHOW_HINTS"] = "false", ["NOMAD_CLI_NO_COLOR"] = "1", ["NOMAD_CLI_FORCE_COLOR"] = "",
    };

    [Fact]
    public async Task They_reach_nomad_and_the_token_is_hidden_from_whatever_it_says()
    {
        await using var checkout = Production();
        var said = await checkout.Run(1, "Status", "--profile", "production", "--nomad", Path.Combine(checkout.Path, "nomad"), "--verbosity", "verbose");
        Environment(checkout).ShouldBe(Usual, ignoreOrder: true);
        said.All.ShouldNotContain(Token);
        said.Error.ShouldContain("no access with ***");
        said.All.ShouldNotContain("warning:");
    }

    [Fact]
    public async Task What_the_profile_says_goes_before_them_and_that_is_told()
    {
        await using var checkout = Production(("namespace", "db"), ("region", "eu"));
        var said = await checkout.Run(1, "Status", "--profile", "production", "--nomad", Path.Combine(checkout.Path, "nomad"));
        Environment(checkout)["NOMAD_NAMESPACE"].ShouldBe("db");
        said.Error.ShouldContain("warning: NOMAD_NAMESPACE is apps, and nomad.namespace of the profile is db: that one is used");
        said.Error.ShouldNotContain("NOMAD_REGION is");
    }

    private static Checkout Production(params (string Name, string Value)[] nomad)
    {
        var checkout = new Checkout();
        var settings = new JsonObject { ["datacenter"] = "dc1" };
        foreach (var (name, value) in nomad)
            settings[name] = value;
        File.WriteAllText(
            Path.Combine(checkout.Path, ".nuke", "parameters.production.json"),
            new JsonObject { ["nomad"] = settings, ["postgres"] = new JsonObject { ["version"] = 15 } }.ToJsonString());
        var program = Path.Combine(checkout.Path, "nomad");
        File.WriteAllText(program, $"#!/bin/bash\nenv | grep ^NOMAD_ >'{checkout.Path}/environment'\necho \"no access with $NOMAD_TOKEN\" >&2\nexit 1\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        foreach (var (name, value) in Usual)
            checkout.Variables[name] = value;
        return checkout;
    }

    private static Dictionary<string, string> Environment(Checkout checkout) =>
        File.ReadAllLines(Path.Combine(checkout.Path, "environment")).Select(l => l.Split('=', 2)).ToDictionary(p => p[0], p => p[1]);
}
