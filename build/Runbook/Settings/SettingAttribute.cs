namespace Runbook.Settings;

/// <summary>
/// The rules of one setting that its type cannot say. The reader enforces them and the generated reference shows them.
/// The meaning of the setting is its XML summary.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingAttribute : Attribute
{
    /// <summary>Unit of a number, for example <c>MB</c>; empty when there is none.</summary>
    public string Unit { get; init; } = "";

    /// <summary>Smallest allowed number; for a duration, in seconds.</summary>
    public long Minimum { get; init; } = long.MinValue;

    /// <summary>Largest allowed number; for a duration, in seconds.</summary>
    public long Maximum { get; init; } = long.MaxValue;

    /// <summary>Whether an empty string is refused.</summary>
    public bool NotEmpty { get; init; }

    /// <summary>Whether a secret may be left empty to have the node generate it.</summary>
    public bool MayBeGenerated { get; init; }

    /// <summary>Whether a secret may be left empty, which means that there is none.</summary>
    public bool MayBeEmpty { get; init; }

    /// <summary>What stands for the default where the value alone says too little, for example <c>the database's name</c>.</summary>
    public string DefaultText { get; init; } = "";

    /// <summary>The variable of the Terraform module that this setting replaces; empty when it had none.</summary>
    public string Replaces { get; init; } = "";
}
