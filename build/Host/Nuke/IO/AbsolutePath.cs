using System.Diagnostics;

namespace Nuke.Common.IO;

/// <summary>An absolute path of a file or folder, whether it exists or not; <c>..</c> is resolved.</summary>
[DebuggerDisplay("{_path}")]
public sealed class AbsolutePath : IEquatable<AbsolutePath>
{
    private static StringComparison Comparison =>
        OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    private readonly string _path;

    private AbsolutePath(string path) => _path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

    /// <summary>Makes a path.</summary>
    /// <exception cref="ArgumentException">The path is not absolute.</exception>
    public static AbsolutePath Create(string path) =>
        Path.IsPathRooted(path)
            ? new AbsolutePath(path)
            : throw new ArgumentException($"The path '{path}' is not absolute.", nameof(path));

    /// <summary>The last part of the path.</summary>
    public string Name => Path.GetFileName(_path);

    /// <summary>The last part of the path, without what follows the last dot.</summary>
    public string NameWithoutExtension => Path.GetFileNameWithoutExtension(_path);

    /// <summary>What follows the last dot of the name, with the dot.</summary>
    public string Extension => Path.GetExtension(_path);

    /// <summary>The folder that holds it; null for a root.</summary>
    public AbsolutePath? Parent => Path.GetDirectoryName(_path) is { } parent ? new AbsolutePath(parent) : null;

    /// <summary>Makes a path of a string; null stays null.</summary>
    /// <exception cref="ArgumentException">The path is not absolute.</exception>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(path))]
    public static implicit operator AbsolutePath?(string? path) => path is null ? null : Create(path);

    /// <summary>The path as a string; null stays null.</summary>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(path))]
    public static implicit operator string?(AbsolutePath? path) => path?._path;

    /// <summary>Goes further down.</summary>
    /// <exception cref="ArgumentException">The right side is an absolute path.</exception>
    public static AbsolutePath operator /(AbsolutePath left, string? right) =>
        right is { Length: > 0 } && Path.IsPathRooted(right)
            ? throw new ArgumentException($"'{right}' is absolute: it cannot be below '{left}'.", nameof(right))
            : new AbsolutePath(Path.Combine(left._path, right ?? ""));

    /// <summary>Adds to the name, without a separator.</summary>
    public static AbsolutePath operator +(AbsolutePath left, string? right) => new(left._path + right);

    /// <summary>Whether both are the same path.</summary>
    public static bool operator ==(AbsolutePath? a, AbsolutePath? b) => a is null ? b is null : a.Equals(b);

    /// <summary>Whether they are different paths.</summary>
    public static bool operator !=(AbsolutePath? a, AbsolutePath? b) => !(a == b);

    /// <inheritdoc/>
    public bool Equals(AbsolutePath? other) => other is not null && string.Equals(_path, other._path, Comparison);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as AbsolutePath);

    /// <inheritdoc/>
    public override int GetHashCode() => string.GetHashCode(_path, Comparison);

    /// <inheritdoc/>
    public override string ToString() => _path;
}
