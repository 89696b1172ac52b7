namespace Runbook.Settings;

internal static class DatabaseRules
{
    private const int MaximumBytes = 63;

    private static readonly string[] ReservedDatabases = ["postgres", "template0", "template1"];

    private static readonly string[] ReservedRoles =
        ["postgres", "public", "none", "current_role", "current_user", "session_user"];

    public static void Check(IReadOnlyList<DatabaseSettings> databases, Problems problems)
    {
        var names = new Dictionary<string, int>();
        var users = new Dictionary<string, int>();
        for (var i = 0; i < databases.Count; i++)
        {
            var path = $"postgres.databases[{i}]";
            // A name that is missing has an error already.
            var name = databases[i].Name ?? "";
            var user = databases[i].User ?? "";

            CheckName(name, $"{path}.name", problems);
            if (user != name)
                CheckName(user, $"{path}.user", problems);
            problems.AddIf(ReservedDatabases.Contains(name), $"{path}.name",
                $"\"{name}\" exists in every cluster; allowed: any other name");
            if (!names.TryAdd(name, i))
            {
                problems.Add($"{path}.name", $"\"{name}\" is already in postgres.databases[{names[name]}]; each database needs its own name");
                continue;
            }

            // A user who is called like a database that cannot be has one error with it, not two.
            if (user == name && ReservedDatabases.Contains(name))
                continue;
            problems.AddIf(ReservedRoles.Contains(user) || user.StartsWith("pg_", StringComparison.Ordinal), $"{path}.user",
                $"\"{user}\" is reserved; allowed: a name that does not begin with \"pg_\" and is not one of "
                + string.Join(", ", ReservedRoles));
            if (!databases[i].CreateUser)
                problems.AddIf(databases[i].Password.Source != SecretSource.Generated, $"{path}.password",
                    "has no effect if createUser is false; remove it");
            else
                problems.AddIf(!users.TryAdd(user, i), $"{path}.user",
                    $"\"{user}\" is already created by postgres.databases[{users[user]}]; set createUser to false here");
        }
    }

    private static void CheckName(string name, string path, Problems problems)
    {
        problems.AddIf(Text.Bytes(name) > MaximumBytes, path,
            $"\"{name}\" has {Text.Bytes(name)} bytes; allowed: at most {MaximumBytes} bytes, because PostgreSQL truncates longer names");
        problems.AddIf(name.Any(char.IsControl), path, "contains a control character; allowed: any other character");
        problems.AddIf(name.Contains("{{", StringComparison.Ordinal), path,
            $"found \"{name}\"; allowed: a name without \"{{{{\", which Nomad would read as a template");
    }
}
