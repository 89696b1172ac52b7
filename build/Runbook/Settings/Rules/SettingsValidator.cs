namespace Runbook.Settings;

/// <summary>The rules that reach over more than one setting, or that a type cannot say.</summary>
public static class SettingsValidator
{
    /// <summary>What is wrong with settings that were put together in code.</summary>
    /// <param name="settings">Any settings.</param>
    /// <returns>Every error, without a place in a file; none when the settings can be used.</returns>
    public static IReadOnlyList<ConfigurationError> Validate(ClusterSettings settings)
    {
        var problems = new Problems(new Dictionary<string, SourceLocation>(), null, new HashSet<string>());
        Validate(settings, problems);
        return problems.Found;
    }

    internal static void Validate(ClusterSettings settings, Problems problems)
    {
        NomadRules.Check(settings, problems);
        TerraformRules.Check(settings.Terraform, problems);
        JobNameRules.Check(settings, problems);
        PostgresRules.Check(settings.Postgres, problems);
        ServerTlsRules.Check(settings.Postgres, problems);
        DatabaseRules.Check(settings.Postgres.Databases, problems);
        ServerSettingRules.Check(settings.Postgres.Settings, problems);
        HbaRules.Check(settings.Postgres.Hba, problems);
        VolumeRules.Check(settings, problems);
        PgbackrestRules.Check(settings, problems);
    }
}
