using System.Text.RegularExpressions;
using Tests.Settings;

namespace Tests.Architecture;

/// <summary>The sources below <c>build</c>, without comments and texts: what is left is code.</summary>
internal static partial class Sources
{
    public static IEnumerable<(string Path, string Code)> Below(string folder) =>
        Directory.EnumerateFiles(Repository.PathOf(folder.Split('/')), "*.cs", SearchOption.AllDirectories)
            .Select(path => (Path.GetRelativePath(Repository.Root, path), CommentsAndTexts().Replace(File.ReadAllText(path), "")));

    /// <summary>The literal texts of the sources below a folder, in whatever quotes, without what is put into them; or of the folder alone.</summary>
    public static IEnumerable<(string Path, string Text)> TextsBelow(string folder, bool topOnly = false) =>
        from path in Directory.EnumerateFiles(Repository.PathOf(folder.Split('/')), "*.cs", topOnly ? SearchOption.TopDirectoryOnly : SearchOption.AllDirectories)
        from Match match in CommentsAndTexts().Matches(File.ReadAllText(path))
        where match.Value[0] is '"' or '@'
        select (Path.GetRelativePath(Repository.Root, path), match.Value);

    [GeneratedRegex(""""
        \"\"\"[\s\S]*?\"\"\"|@?\"(?:[^\"\\\n]|\\.)*\"|//[^\n]*|/\*[\s\S]*?\*/
        """", RegexOptions.CultureInvariant)]
    private static partial Regex CommentsAndTexts();
}
