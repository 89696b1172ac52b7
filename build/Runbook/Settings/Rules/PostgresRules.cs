using System.Text.RegularExpressions;

namespace Runbook.Settings;

internal static partial class PostgresRules
{
    public static void Check(PostgresSettings postgres, Problems problems)
    {
        problems.AddIf(!Text.IsPlainName(postgres.Cluster), "postgres.cluster",
            $"found \"{postgres.Cluster}\"; allowed: {Text.PlainNameRule} characters");
        problems.AddIf(!SystemUser().IsMatch(postgres.OsUser), "postgres.osUser",
            $"found \"{postgres.OsUser}\"; allowed: the name of a system user");
        problems.AddIf(!Locale().IsMatch(postgres.Locale), "postgres.locale",
            $"found \"{postgres.Locale}\"; allowed: the name of a locale, such as \"C.UTF-8\" or \"en_US.UTF-8\"");
        problems.AddIf(!Addresses().IsMatch(postgres.ListenAddresses), "postgres.listenAddresses",
            $"found \"{postgres.ListenAddresses}\"; allowed: \"*\", or host names and addresses separated by commas");
        if (Text.PathProblem(postgres.BinDirectory) is { } problem)
            problems.Add("postgres.binDirectory", problem);
        problems.AddIf(TemplateCall().IsMatch(postgres.InitScript), "postgres.initScript",
            "contains a Nomad template, which is not rendered in SQL; set passwords in postgres.databases[].password");
        problems.AddIf(postgres.InitScript.Contains('\0'), "postgres.initScript", "contains a NUL character; allowed: SQL text");
    }

    [GeneratedRegex("^[a-zA-Z_][a-zA-Z0-9_.-]{0,31}\\z")]
    private static partial Regex SystemUser();

    [GeneratedRegex("^[A-Za-z0-9_.@-]+\\z")]
    private static partial Regex Locale();

    [GeneratedRegex(@"^[A-Za-z0-9_.:*%, -]*\z")]
    private static partial Regex Addresses();

    // Braces alone are no template: '{{1,2},{3,4}}' is an array in SQL.
    [GeneratedRegex(@"\{\{-?\s*(?:with|range|if|key|keyOrDefault|secret|nomadVar|env|printf?)\b")]
    private static partial Regex TemplateCall();
}
