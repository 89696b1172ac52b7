namespace Sandbox;

/// <summary>A Debian package that something here needs, and how to tell that it is there.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsThere">Looks at the programs and not at dpkg: one that was built by hand is as good.</param>
public sealed record HostPackage(string Name, Func<bool> IsThere)
{
    /// <summary>A package that is there when its program is.</summary>
    public static HostPackage Of(string name, string program) => new(name, () => File.Exists(program));
}
