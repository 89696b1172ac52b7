using System.Globalization;
using Host.Graph;
using Host.Words;
using Nuke.Common.IO;

namespace Host.Parameters;

/// <summary>Turns words into the value of a parameter, or says what is wrong with them.</summary>
internal sealed class ValueConverter(AbsolutePath baseDirectory)
{
    private static readonly Type[] Known =
    [
        typeof(string), typeof(bool), typeof(int), typeof(long), typeof(double), typeof(decimal), typeof(Guid),
        typeof(TimeSpan), typeof(DateTimeOffset), typeof(DateTime), typeof(DateOnly), typeof(TimeOnly), typeof(AbsolutePath),
    ];

    /// <exception cref="BuildDefinitionException">No word can be turned into that type.</exception>
    public static void RefuseUnknownType(ParameterDeclaration declaration)
    {
        if (!Known.Contains(declaration.ItemType) && !declaration.ItemType.IsEnum)
            throw new BuildDefinitionException($"Parameter {declaration.Name} has a type without a written form.");
    }

    /// <summary>The value for the member, or null and problems.</summary>
    public object? Convert(ParameterDeclaration declaration, RawValue raw, ICollection<Problem> problems)
    {
        if (!declaration.IsArray)
            return ConvertItem(declaration, raw.Words.Count == 0 ? "true" : raw.Words[0], raw.Source, problems);

        var words = raw.Words
            .SelectMany(x => declaration.Separator is { } separator ? x.Split(separator) : [x])
            .Select(x => x.Trim())
            .ToArray();
        var array = Array.CreateInstance(declaration.Type.GetElementType()!, words.Length);
        for (var i = 0; i < words.Length; i++)
            array.SetValue(ConvertItem(declaration, words[i], raw.Source, problems), i);
        return array;
    }

    private object? ConvertItem(
        ParameterDeclaration declaration, string word, Source source, ICollection<Problem> problems)
    {
        // What a secret was given as must not reach the screen, not even when it is wrong.
        var shown = declaration.IsSecret ? "the value" : $"'{word}'";
        if (word.Length == 0)
        {
            problems.Add(new Problem($"{source}: an item is empty."));
            return null;
        }

        var values = declaration.Values;
        if (values.Count > 0 && !values.Any(x => Same(x, word, declaration.ItemType)))
        {
            var allowed = string.Join(", ", values);
            problems.Add(new Problem($"{source}: {shown} is none of {allowed}.{NearestWord.Hint(word, values)}"));
            return null;
        }

        var value = Parse(declaration.ItemType, word);
        if (value is null)
            problems.Add(new Problem($"{source}: {shown} is not {Expected(declaration.ItemType)}."));
        return value;
    }

    private static bool Same(string allowed, string word, Type type) => type.IsEnum
        ? allowed.Replace("-", "", StringComparison.Ordinal)
            .Equals(word.Replace("-", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase)
        : string.Equals(allowed, word, StringComparison.Ordinal);

    private object? Parse(Type type, string word)
    {
        var culture = CultureInfo.InvariantCulture;
        if (type == typeof(string))
            return word;
        if (type == typeof(bool))
            return bool.TryParse(word, out var flag) ? flag : null;
        if (type == typeof(int))
            return int.TryParse(word, NumberStyles.AllowLeadingSign, culture, out var number) ? number : null;
        if (type == typeof(long))
            return long.TryParse(word, NumberStyles.AllowLeadingSign, culture, out var number) ? number : null;
        if (type == typeof(double))
            return double.TryParse(word, NumberStyles.Float, culture, out var number) && double.IsFinite(number) ? number : null;
        if (type == typeof(decimal))
            return decimal.TryParse(word, NumberStyles.Float, culture, out var number) ? number : null;
        if (type == typeof(AbsolutePath))
            return AbsolutePath.Create(Path.Combine(baseDirectory, word));
        if (type == typeof(Guid))
            return Guid.TryParse(word, out var id) ? id : null;
        return type.IsEnum
            ? Enum.Parse(type, word.Replace("-", "", StringComparison.Ordinal), ignoreCase: true)
            : MomentParser.Parse(type, word);
    }

    private static string Expected(Type type)
    {
        if (type == typeof(bool))
            return "true or false";
        if (type == typeof(int) || type == typeof(long))
            return type == typeof(int) ? $"a whole number from {int.MinValue} to {int.MaxValue}" : "a whole number";
        if (type == typeof(double) || type == typeof(decimal))
            return "a number such as 1.5";
        return type == typeof(Guid) ? "a GUID" : MomentParser.Expected(type);
    }
}
