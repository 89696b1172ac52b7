using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Tests.LocalNomad;

/// <summary>Variables: the commands about them. A real Nomad has them from 1.4 on.</summary>
[Collection(ContractAgent.Name)]
public class ContractVariableTests(NomadFixture nomad)
{
    [Fact]
    public async Task A_variable_is_put_read_listed_and_purged()
    {
        var path = await PathAsync();
        var put = await nomad.RunAsync(["var", "put", path, "password=-", "user=me"], "se<cr>et \"1\"\n");
        put.ExitCode.ShouldBe(0, put.ToString());
        var variable = JsonNode.Parse(put.Output)!;
        ((string)variable["Items"]!["password"]!).ShouldBe("se<cr>et \"1\"\n");
        ((string)variable["Path"]!).ShouldBe(path);
        ((string)variable["Namespace"]!).ShouldBe("default");
        ((long)variable["ModifyIndex"]!).ShouldBe((long)variable["CreateIndex"]!);
        ((long)variable["CreateTime"]!).ShouldBeGreaterThan(1_700_000_000_000_000_000L);

        JsonNode.DeepEquals(await nomad.JsonAsync("var", "get", path), variable).ShouldBeTrue();
        (await nomad.RunAsync("var", "get", "-item", "password", "/" + path)).ShouldBe(new NomadResult(0, "se<cr>et \"1\"\n", ""));
        (await nomad.RunAsync("var", "get", "-out", "none", path)).ShouldBe(new NomadResult(0, "", ""));
        var table = await nomad.RunAsync("var", "get", "-out", "table", path);
        table.Output.ShouldContain("Check Index = " + variable["ModifyIndex"]);
        table.Output.ShouldContain("user     = me");

        var listed = (await nomad.JsonAsync("var", "list", path)).AsArray().ShouldHaveSingleItem()!;
        ((string)listed["Path"]!).ShouldBe(path);
        listed["Items"].ShouldBeNull();
        (await nomad.RunAsync("var", "list", "-out", "terse", path)).Output.ShouldBe(path + "\n");
        (await nomad.RunAsync("var", "list", "-out", "table", path)).Output.ShouldContain($"default    {path}");

        var purged = await nomad.RunAsync("var", "purge", path);
        purged.ShouldBe(new NomadResult(0, $"Successfully purged variable \"{path}\"!\n", ""));
        var gone = await nomad.RunAsync("var", "get", path);
        gone.ExitCode.ShouldBe(1);
        gone.All.ShouldContain("Variable not found");
        (await nomad.RunAsync("var", "list", "-out", "table", path)).Output.ShouldContain("No matching variables found");
        (await nomad.RunAsync("var", "purge", path)).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task An_existing_variable_is_only_replaced_by_who_knows_it_or_forces()
    {
        var path = await PathAsync();
        (await nomad.RunAsync("var", "put", "-out", "none", path, "a=1")).Output.ShouldContain($"Created variable \"{path}\" with modify index ");
        var again = await nomad.RunAsync("var", "put", path, "a=2");
        again.ExitCode.ShouldBe(1);
        again.All.ShouldContain("Check-and-Set conflict");
        var index = $"{(await nomad.JsonAsync("var", "get", path))["ModifyIndex"]}";
        again.All.ShouldContain($"-check-index={index}");

        (await nomad.RunAsync("var", "put", "-check-index", index, path, "a=3")).ExitCode.ShouldBe(0);
        (await nomad.RunAsync("var", "put", "-check-index", index, path, "a=4")).ExitCode.ShouldBe(1);
        (await nomad.RunAsync("var", "purge", "-check-index", index, path)).ExitCode.ShouldBe(1);
        (await nomad.RunAsync("var", "get", "-item", "a", path)).Output.ShouldBe("3");
        // The whole variable is replaced, not the items that are named.
        (await nomad.RunAsync("var", "put", "-force", path, "b=5")).ExitCode.ShouldBe(0);
        (await nomad.JsonAsync("var", "get", path))["Items"]!.ToJsonString().ShouldBe("""{"b":"5"}""");
        (await nomad.RunAsync("var", "put", "-check-index", "999999999", path + "-other", "a=1")).ExitCode.ShouldBe(1);
    }

    [Fact]
    public async Task A_variable_is_changed_item_by_item_through_what_get_prints()
    {
        var path = await PathAsync();
        await nomad.RunAsync("var", "put", path, "a=1", "b=2");
        var read = (await nomad.RunAsync("var", "get", path)).Output;
        var changed = await nomad.RunAsync(["var", "put", "-out", "none", "-", "b=", "c=3"], read);
        changed.ExitCode.ShouldBe(0, changed.ToString());
        (await nomad.JsonAsync("var", "get", path))["Items"]!.ToJsonString().ShouldBe("""{"a":"1","c":"3"}""");
        // The index in it is of the past now.
        (await nomad.RunAsync(["var", "put", "-"], read)).ExitCode.ShouldBe(1);

        var copy = await nomad.RunAsync(["var", "put", path + "-copy", "-"], read);
        copy.ExitCode.ShouldBe(0, copy.ToString());
        (await nomad.JsonAsync("var", "get", path + "-copy"))["Items"]!.ToJsonString().ShouldBe("""{"a":"1","b":"2"}""");
    }

    [Fact]
    public async Task A_specification_may_be_hcl_and_a_file()
    {
        var path = await PathAsync();
        var text = $$"""
            path = "{{path}}"
            items {
              a = "1"
            }
            """;
        var input = await nomad.RunAsync(["var", "put", "-in", "hcl", "-"], text);
        input.ExitCode.ShouldBe(0, input.ToString());
        var file = Path.Combine(nomad.Directory, "specification.hcl");
        var printed = (await nomad.RunAsync("var", "get", "-out", "hcl", path)).Output;
        await File.WriteAllTextAsync(file, printed.Replace("\"1\"", "\"2\"", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        var value = Path.Combine(nomad.Directory, "value");
        await File.WriteAllTextAsync(value, "three", TestContext.Current.CancellationToken);
        var read = await nomad.RunAsync("var", "put", "@" + file, "c=@" + value, "d=\\@plain");
        read.ExitCode.ShouldBe(0, read.ToString());
        (await nomad.JsonAsync("var", "get", path))["Items"]!.ToJsonString().ShouldBe("""{"a":"2","c":"three","d":"@plain"}""");
    }

    [Theory]
    [InlineData("put", "Must supply data", "nomad/jobs/x")]
    [InlineData("put", "format must be key=value", "nomad/jobs/x", "word")]
    [InlineData("put", "no such file", "nomad/jobs/x", "a=@/no/such/file")]
    [InlineData("put", "variable missing required Items object", "nomad/jobs/x", "a=")]
    [InlineData("put", "invalid path \"a.b\"", "a.b", "a=1")]
    [InlineData("put", "is a reserved top-level directory path", "nomad", "a=1")]
    [InlineData("put", "and below are valid paths under the top-level \"nomad\" directory|or below are valid paths under the top-level \"nomad\" directory", "nomad/other", "a=1")]
    [InlineData("put", "Unable to determine format of", "@/no/such/file")]
    [InlineData("put", "Error parsing check-index value \"x\": strconv.ParseUint: parsing \"x\": invalid syntax", "-check-index=x", "nomad/jobs/x", "a=1")]
    [InlineData("put", "valid values are [hcl, json]", "-in=yaml", "nomad/jobs/x", "a=1")]
    [InlineData("put", "Invalid value for \"-out\"", "-out=yaml", "nomad/jobs/x", "a=1")]
    [InlineData("put", "The wildcard namespace", "-namespace=*", "nomad/jobs/x", "a=1")]
    [InlineData("get", "Invalid value for \"-out\"", "-out=terse", "x")]
    [InlineData("get", "This command takes one argument: <path>")]
    [InlineData("list", "This command takes flags and either no arguments or one: <prefix>", "a", "b")]
    [InlineData("purge", "Invalid -check-index value \"x\": not parsable as uint64", "-check-index=x", "nomad/jobs/x")]
    public async Task Wrong_use_is_1_with_the_reason(string command, string reason, params string[] words)
    {
        await nomad.RequireVariablesAsync();
        var result = await nomad.RunAsync(["var", command, .. words]);
        result.ExitCode.ShouldBe(1, result.ToString());
        reason.Split('|').ShouldContain(one => result.All.Contains(one, StringComparison.Ordinal), result.ToString());
    }

    [Fact]
    public async Task A_variable_has_room_for_so_much()
    {
        var path = await PathAsync();
        var result = await nomad.RunAsync(["var", "put", path, "a=-"], new string('x', 65_537));
        result.ExitCode.ShouldBe(1);
        result.All.ShouldContain("KiB in total size");
    }

    private async Task<string> PathAsync()
    {
        await nomad.RequireVariablesAsync();
        return "nomad/jobs/" + nomad.UniqueId("variable");
    }
}
