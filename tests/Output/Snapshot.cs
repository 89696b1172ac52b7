using Shouldly;

namespace Tests.Output;

internal static class Snapshot
{
    /// <summary>The text is as in the approved file beside the tests; otherwise what came out lies beside that as received.</summary>
    public static void ShouldBeApproved(this string text, string name) =>
        text.Replace("\u001b", "<esc>").Replace("\r", "<cr>\n").ShouldMatchApproved(c => c
            .NoDiff()
            .SubFolder("Approved")
            .WithFilenameGenerator((_, _, type, extension) => $"{name}.{type}.{extension}"));
}
