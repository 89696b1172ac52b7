using System.Text.Json.Serialization;
using LocalNomad.Hcl;
using LocalNomad.Jobspec;

namespace LocalNomad.Variables;

/// <summary>A variable as a caller gives it: what the server sets by itself is of no weight, but for the index to check against.</summary>
internal sealed record VariableSpecification
{
    public string? Namespace { get; init; }
    public string? Path { get; init; }
    public long ModifyIndex { get; init; }
    public IReadOnlyDictionary<string, string>? Items { get; init; }

    /// <exception cref="HclException">The text is not of that language, or something else is in it.</exception>
    public static VariableSpecification FromHcl(string text)
    {
        var reader = new BlockReader(HclParser.Parse("specification", text));
        var specification = new VariableSpecification
        {
            Namespace = reader.Text("namespace"),
            Path = reader.Text("path"),
            ModifyIndex = Integer(reader, "modify_index"),
            Items = reader.Map("items"),
        };
        foreach (var setByServer in (string[])["create_index", "create_time", "modify_time"])
            Integer(reader, setByServer);
        reader.Finish();
        return specification;
    }

    private static long Integer(BlockReader reader, string name) => reader.Take(name) switch
    {
        null => 0,
        HclNumber { Number: var number } when number == decimal.Truncate(number) && number is >= 0 and <= long.MaxValue => (long)number,
        var other => throw BlockReader.Unsuitable(other, $"{name} must be integer"),
    };
}

[JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true)]
[JsonSerializable(typeof(VariableSpecification))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class SpecificationJson : JsonSerializerContext;
