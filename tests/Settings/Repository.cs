namespace Tests.Settings;

/// <summary>The checkout that these tests were compiled from.</summary>
internal static class Repository
{
    /// <summary>Set to write generated and approved files anew instead of comparing them.</summary>
    public static bool Update => Environment.GetEnvironmentVariable("UPDATE_APPROVED") == "1";

    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find(string folder) => File.Exists(Path.Combine(folder, "global.json"))
        ? folder
        : Find(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run outside of a checkout."));
}
