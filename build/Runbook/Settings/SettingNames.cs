using System.Reflection;
using System.Text.Json;

namespace Runbook.Settings;

/// <summary>How the names of records, properties and enum members are written in a file.</summary>
internal static class SettingNames
{
    public static string Of(PropertyInfo property) => JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    /// <summary>Words of an enum, in the order in which they are declared, with their values.</summary>
    public static IReadOnlyDictionary<string, object> Words(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static).ToDictionary(
            field => JsonNamingPolicy.SnakeCaseLower.ConvertName(field.Name),
            field => field.GetValue(null)!);

    public static string Of(Enum value) => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>The properties of a record that are settings: those that a file can set.</summary>
    public static IEnumerable<PropertyInfo> Settings(Type record) =>
        record.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite);

    public static SettingAttribute Rules(PropertyInfo property) =>
        property.GetCustomAttribute<SettingAttribute>() ?? new SettingAttribute();

    public static bool IsRecord(Type type) =>
        type.Namespace == typeof(SettingNames).Namespace && type.IsClass && type != typeof(SecretReference);
}
