using System.Text.RegularExpressions;
using Tests.Settings;

namespace Tests.Architecture;

/// <summary>The sources below <c>build</c>, without comments and texts: what is left is code.</summary>
internal static partial class Sources
{
    public static IEnumerable<(string Path, string Code)> Below(string folder) =>
        Directory.EnumerateFiles(Repository.PathOf(folder.Split('/')), "*.cs", SearchOption.AllDirectories)
            .Select(path => (Path.GetRelativePath(Repository.Root, path), CommentsAndTexts().Replace(File.ReadAllText(path), "")));

    [GeneratedRegex(""""
        \"\"\"[\s\S]*?\"\"\"|@?\"(?:[^\"\\\n]|\\.)*\"|//[^\n]*|/\*[\s\S]*?\*/
        """", RegexOptions.CultureInvariant)]
    private static partial Regex CommentsAndTexts();
}
