using System.Text.Json.Nodes;
using LocalNomad.Hcl;
using LocalNomad.Model;

namespace LocalNomad.Jobspec;

/// <summary>
/// Takes attributes and blocks out of a body by name. Whatever nobody asked for when the reader is finished is an
/// error: a job file must not carry a setting that is silently without effect.
/// </summary>
internal sealed class BlockReader(HclBody body)
{
    private readonly HashSet<string> _attributes = [];
    private readonly HashSet<string> _blocks = [];

    public HclPosition Position => body.Position;

    public string? Text(string name) => Take(name) switch
    {
        null or HclNull => null,
        HclString text => text.Text,
        HclNumber number => $"{number.Number}",
        HclBool flag => flag.Value ? "true" : "false",
        var other => throw Unsuitable(other, "string required."),
    };

    public int? Number(string name) => Take(name) switch
    {
        null or HclNull => null,
        HclNumber { Number: var number } when number == decimal.Truncate(number) && number is >= int.MinValue and <= int.MaxValue => (int)number,
        HclString { Text: var text } when int.TryParse(text, out var number) => number,
        var other => throw Unsuitable(other, "a whole number is required."),
    };

    public bool? Flag(string name) => Take(name) switch
    {
        null or HclNull => null,
        HclBool flag => flag.Value,
        HclString { Text: "true" } => true,
        HclString { Text: "false" } => false,
        var other => throw Unsuitable(other, "a bool is required."),
    };

    /// <summary>A duration in nanoseconds, from Go's notation or a number of nanoseconds.</summary>
    public long? DurationOf(string name)
    {
        var value = Take(name);
        switch (value)
        {
            case null or HclNull:
                return null;
            case HclNumber number:
                return (long)number.Number;
            case HclString text:
                return Duration.TryParse(text.Text, out var nanoseconds, out var error)
                    ? nanoseconds
                    : throw Unsuitable(text, $"Unsuitable duration value: {error}");
            default:
                throw Unsuitable(value, "Unsuitable duration value: expected a string.");
        }
    }

    public IReadOnlyList<string>? Texts(string name) => Take(name) switch
    {
        null or HclNull => null,
        HclList list => [.. list.Items.Select(Scalar)],
        var other => throw Unsuitable(other, "list of string required."),
    };

    /// <summary>A map that may be written as an attribute or as a block, as for <c>meta</c> and <c>env</c>.</summary>
    public IReadOnlyDictionary<string, string>? Map(string name)
    {
        var map = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var found = false;
        switch (Take(name))
        {
            case null or HclNull:
                break;
            case HclObject value:
                found = true;
                foreach (var item in value.Items)
                    map[item.Key] = Scalar(item.Value);
                break;
            case var other:
                throw Unsuitable(other, "map of string required.");
        }

        foreach (var block in Blocks(name, labels: 0))
        {
            found = true;
            if (block.Body.Blocks is [var nested, ..])
                throw new HclException(nested.Position, "Unsupported block type", $"Blocks of type \"{nested.Type}\" are not expected here.");
            foreach (var attribute in block.Body.Attributes)
                map[attribute.Name] = Scalar(attribute.Value);
        }

        return found ? map : null;
    }

    public IReadOnlyList<HclBlock> Blocks(string type, int labels)
    {
        _blocks.Add(type);
        var found = body.Blocks.Where(block => block.Type == type).ToList();
        if (found.Find(block => block.Labels.Count != labels) is { } wrong)
        {
            throw new HclException(wrong.Position, wrong.Labels.Count < labels ? "Missing name for " + type : "Extraneous label for " + type,
                labels == 0 ? "No labels are expected for this block." : $"All {type} blocks must have {labels} label(s).");
        }

        return found;
    }

    public IReadOnlyList<HclBlock> BlocksWithOptionalLabel(string type)
    {
        _blocks.Add(type);
        return [.. body.Blocks.Where(block => block.Type == type)];
    }

    public HclBlock? Block(string type, int labels = 0)
    {
        var found = Blocks(type, labels);
        return found.Count < 2
            ? found is [var only] ? only : null
            : throw new HclException(found[1].Position, $"Duplicate {type} block", $"Only one \"{type}\" block is allowed.");
    }

    /// <summary>Everything inside as JSON, for the settings of a driver: it alone knows what they mean.</summary>
    public static JsonObject Free(HclBody content)
    {
        var json = new JsonObject();
        foreach (var attribute in content.Attributes)
            json[attribute.Name] = Json(attribute.Value);
        foreach (var block in content.Blocks)
        {
            if (json[block.Type] is not JsonArray array)
                json[block.Type] = array = [];
            array.Add((JsonNode)Free(block.Body));
        }

        return json;
    }

    /// <exception cref="HclException">Something in the body was never asked for.</exception>
    public void Finish()
    {
        foreach (var attribute in body.Attributes)
        {
            if (!_attributes.Contains(attribute.Name))
            {
                throw new HclException(attribute.Position, "Unsupported argument",
                    $"An argument named \"{attribute.Name}\" is not expected here.{Nearest(attribute.Name, _attributes)}");
            }
        }

        foreach (var block in body.Blocks)
        {
            if (!_blocks.Contains(block.Type))
            {
                throw new HclException(block.Position, "Unsupported block type",
                    $"Blocks of type \"{block.Type}\" are not expected here.{Nearest(block.Type, _blocks)}");
            }
        }
    }

    public static HclException Unsuitable(HclValue value, string detail) => new(value.Position, "Unsuitable value type", detail);

    public HclValue? Take(string name)
    {
        _attributes.Add(name);
        return body.Attributes.FirstOrDefault(attribute => attribute.Name == name)?.Value;
    }

    private static string Scalar(HclValue value) => value switch
    {
        HclString text => text.Text,
        HclNumber number => $"{number.Number}",
        HclBool flag => flag.Value ? "true" : "false",
        _ => throw Unsuitable(value, "string required."),
    };

    private static JsonNode? Json(HclValue value) => value switch
    {
        HclString text => text.Text,
        HclNumber { Number: var number } => number == decimal.Truncate(number) ? (long)number : number,
        HclBool flag => flag.Value,
        HclList list => new JsonArray([.. list.Items.Select(Json)]),
        HclObject map => new JsonObject(map.Items.Select(item => KeyValuePair.Create(item.Key, Json(item.Value)))),
        _ => null,
    };

    private static string Nearest(string word, IEnumerable<string> known)
    {
        var nearest = known.MinBy(name => Distance(word, name));
        return nearest is not null && Distance(word, nearest) <= Math.Max(1, word.Length / 3) ? $" Did you mean \"{nearest}\"?" : "";
    }

    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (left[i - 1] == right[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }
}
