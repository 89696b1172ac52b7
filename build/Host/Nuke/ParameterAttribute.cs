namespace Nuke.Common;

/// <summary>
/// Marks a field or property of the build as a parameter. Its value comes, strongest first, from the command line
/// (<c>--backup-set</c>), the environment (<c>BACKUP_SET</c>, <c>BackupSet</c> or <c>NUKE_BACKUP_SET</c>), the
/// parameters files of the loaded profiles (the last one wins) and <c>.nuke/parameters.json</c>. A value that does not
/// fit the type is refused, exit code 2, before any target runs.
/// </summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public class ParameterAttribute : Attribute
{
    /// <summary>Declares a parameter.</summary>
    /// <param name="description">What <c>--help</c> says of it; without a description only the name is shown.</param>
    public ParameterAttribute(string? description = null) => Description = description;

    /// <summary>What <c>--help</c> says of it.</summary>
    public virtual string? Description { get; }

    /// <summary>The parameter's name in PascalCase; the member's own name if null.</summary>
    public string? Name { get; set; }

    /// <summary>
    /// Splits one word into the items of an array parameter; a single character. Without it, an array takes one item
    /// for each time its option is given.
    /// </summary>
    public string? Separator { get; set; }

    /// <summary>Whether <c>--help</c> lists the parameter.</summary>
    public virtual bool List { get; set; } = true;

    /// <summary>The type that holds <see cref="ValueProviderMember"/>; the build's own if null.</summary>
    public Type? ValueProviderType { get; set; }

    /// <summary>
    /// A member of type <c>IEnumerable&lt;string&gt;</c> that gives the only values allowed. Any other is refused.
    /// </summary>
    public string? ValueProviderMember { get; set; }
}

/// <summary>The parameter must have a value, whatever target runs.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class RequiredAttribute : Attribute;

/// <summary>
/// The parameter is a secret: refused on the command line and in plain text in a file, masked in all output.
/// </summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class SecretAttribute : Attribute;
