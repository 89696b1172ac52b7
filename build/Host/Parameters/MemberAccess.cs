using System.Reflection;
using Host.Graph;

namespace Host.Parameters;

/// <summary>Reads and writes members of the build, private ones too: that is how parameters are declared.</summary>
internal static class MemberAccess
{
    public const BindingFlags All =
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    public static Type TypeOf(MemberInfo member) => member switch
    {
        FieldInfo field => field.FieldType,
        PropertyInfo property => property.PropertyType,
        _ => throw new BuildDefinitionException($"{member.Name} can be no parameter."),
    };

    public static void Set(MemberInfo member, object build, object? value)
    {
        if (member is PropertyInfo { CanWrite: true } property)
            property.SetValue(build, value);
        else
            FieldOf(member).SetValue(build, value);
    }

    /// <summary>Calls the member that names the only values allowed for a parameter.</summary>
    /// <exception cref="BuildDefinitionException">There is no such member, or it gives something else.</exception>
    public static IReadOnlyList<string> Values(Type type, string name, object build)
    {
        var value = type.GetMember(name, All | BindingFlags.FlattenHierarchy).SingleOrDefault() switch
        {
            FieldInfo field => field.GetValue(build),
            PropertyInfo property => property.GetValue(build),
            MethodInfo method => method.Invoke(build, null),
            _ => null,
        };
        return value is IEnumerable<string> values
            ? [.. values]
            : throw new BuildDefinitionException($"{type.Name}.{name} gives no IEnumerable<string>.");
    }

    // A property with a getter only is written through the field that the compiler made for it.
    private static FieldInfo FieldOf(MemberInfo member) => member as FieldInfo
        ?? member.DeclaringType!.GetField($"<{member.Name}>k__BackingField", All)
        ?? throw new BuildDefinitionException($"Parameter {member.Name} cannot be written: it is computed.");
}
