using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Runbook.Settings;
using Shouldly;
using Xunit;

namespace Tests.Settings;

/// <summary>One member changes; every other character stays.</summary>
public class JsonMembersTests
{
    private static readonly JsonDocumentOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    [Theory]
    [InlineData("{}", "{ \"x\": \"v\" }")]
    [InlineData("{\n}\n", "{\n  \"x\": \"v\"\n}\n")]
    [InlineData("{ // none yet\n}", "{ // none yet\n  \"x\": \"v\"\n}")]
    [InlineData("{ \"a\": 1 }", "{ \"a\": 1, \"x\": \"v\" }")]
    [InlineData("{\"a\":[1,{\"b\":2}]}", "{\"a\":[1,{\"b\":2}], \"x\": \"v\" }")]
    [InlineData("{ \"a\": 1, }", "{ \"a\": 1, \"x\": \"v\" }")]
    [InlineData("// top\n{\n    \"a\": { \"x\": 1 } // of a\n    // the end\n}\n// behind", "// top\n{\n    \"a\": { \"x\": 1 }, // of a\n    // the end\n    \"x\": \"v\"\n}\n// behind")]
    [InlineData("{\n\t\"a\": \"}, // no, \\\"\", /* , */\n}", "{\n\t\"a\": \"}, // no, \\\"\", /* , */\n\t\"x\": \"v\"\n}")]
    [InlineData("{\n  \"a\": 1 /* , */\n}", "{\n  \"a\": 1, /* , */\n  \"x\": \"v\"\n}")]
    [InlineData("{\n  \"a\": 1 /* last */ }", "{\n  \"a\": 1, /* last */ \"x\": \"v\" }")]
    [InlineData("{\r\n  \"a\": 1\r\n}\r\n", "{\r\n  \"a\": 1,\r\n  \"x\": \"v\"\r\n}\r\n")]
    [InlineData("{ \"x\": \"old\", \"a\": 1 } // x", "{ \"x\": \"v\", \"a\": 1 } // x")]
    [InlineData("{\n  \"a\": { \"x\": \"inner\" },\n  \"x\" : \"old\" // mine\n}", "{\n  \"a\": { \"x\": \"inner\" },\n  \"x\" : \"v\" // mine\n}")]
    [InlineData("\uFEFF{ \"ä\": \"ß\" }", "\uFEFF{ \"ä\": \"ß\", \"x\": \"v\" }")]
    public void A_member_is_set_in_its_place_or_as_the_last_one(string json, string expected)
    {
        var changed = Text(JsonMembers.Set(Bytes(json), "x", "v"));
        changed.ShouldBe(expected);
        var node = Parse(json);
        node["x"] = "v";
        JsonNode.DeepEquals(Parse(changed), node).ShouldBeTrue();
    }

    [Theory]
    [InlineData("{ \"x\": \"v\" }", "{ }")]
    [InlineData("{ \"x\": \"v\", \"a\": 1 }", "{ \"a\": 1 }")]
    [InlineData("{ \"a\": 1, \"x\": \"v\" }", "{ \"a\": 1 }")]
    [InlineData("{ \"a\": 1, \"x\": \"v\", }", "{ \"a\": 1, }")]
    [InlineData("{ \"a\": 1, \"x\": \"v\", \"b\": [2] }", "{ \"a\": 1, \"b\": [2] }")]
    [InlineData("{\n  \"a\": 1, // of a\n  // above\n  \"x\": \"v\"\n  // below\n}", "{\n  \"a\": 1 // of a\n  // above\n  // below\n}")]
    [InlineData("{\n  \"x\": \"v\", // beside, it stays\n  \"a\": 1\n}", "{\n  // beside, it stays\n  \"a\": 1\n}")]
    [InlineData("{\r\n  \"x\": \"v\",\r\n  \"a\": 1\r\n}", "{\r\n  \"a\": 1\r\n}")]
    [InlineData("{ \"a\": 1 /* , */, \"x\": \"v\" }", "{ \"a\": 1 /* , */ }")]
    [InlineData("{ \"a\": { \"x\": \"v\" } }", "{ \"a\": { \"x\": \"v\" } }")]
    public void A_member_is_removed_with_its_comma_and_no_comment(string json, string expected)
    {
        var changed = Text(JsonMembers.Remove(Bytes(json), "x"));
        changed.ShouldBe(expected);
        var node = Parse(json);
        node.Remove("x");
        JsonNode.DeepEquals(Parse(changed), node).ShouldBeTrue();
    }

    [Theory]
    [InlineData("parameters.json"), InlineData("parameters.local.json"), InlineData("parameters.example.json")]
    public void What_was_set_and_removed_leaves_a_profile_as_it_was(string file)
    {
        var json = File.ReadAllBytes(Repository.PathOf(".nuke", file));
        var set = JsonMembers.Set(JsonMembers.Set(json, "one", "1"), "two", "2");
        Parse(Text(set))["one"]!.GetValue<string>().ShouldBe("1");
        Text(JsonMembers.Remove(JsonMembers.Remove(set, "one"), "two")).ShouldBe(Text(json));
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    private static JsonObject Parse(string json) => JsonNode.Parse(json.TrimStart('\uFEFF'), documentOptions: Options)!.AsObject();
}
