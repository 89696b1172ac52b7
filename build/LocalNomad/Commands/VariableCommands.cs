using System.Text;
using LocalNomad.Model;
using LocalNomad.Scheduling;
using LocalNomad.Variables;

namespace LocalNomad.Commands;

/// <summary>The commands about variables, as of Nomad 1.4: <c>nomad var put|get|list|purge</c>.</summary>
internal static class VariableCommands
{
    /// <summary>What the CLI looks at before it asks the agent.</summary>
    /// <exception cref="UsageException">The words make no sense.</exception>
    public static void Check(CommandLine line)
    {
        if (line.Spec.Name is "var put" or "var get" or "var purge" && line.Text("namespace") == "*")
            throw line.Misuse("The wildcard namespace (\"*\") is not valid for this command.");
        if (line.Spec.Name is "var put" or "var get")
            VariableOutput.Require(line, VariableOutput.OfOne);
        else if (line.Spec.Name == "var list")
            VariableOutput.Require(line, VariableOutput.OfList);
    }

    public static async Task<int> PutAsync(Session session)
    {
        var given = session.Request.Variable ?? throw new InvalidDataException("A request without a variable.");
        if (!TryIndex(session, out var index, out var reason))
            return await session.FailAsync($"Error parsing check-index value \"{session.Line.Text("check-index")}\": {reason}");
        var variable = new Variable
        {
            Path = given.Path ?? "",
            Namespace = given.Namespace is { Length: > 0 } other ? other : "default",
            Items = given.Items ?? new Dictionary<string, string>(),
        };
        Variable stored;
        try
        {
            stored = Service(session).Put(variable, session.Line.Has("force") ? null : index ?? given.ModifyIndex);
        }
        catch (VariableConflictException conflict)
        {
            return await FailAsync(session, conflict);
        }
        catch (ApiException error)
        {
            return await session.FailAsync($"Error creating variable: {error.Message}");
        }

        var success = $"Created variable \"{stored.Path}\" with modify index {stored.ModifyIndex}";
        var format = VariableOutput.Format(session.Line, session.Request.OnTerminal, "none");
        if (format != "none" && session.Line.Has("verbose"))
            await session.FailAsync(success);
        Print(session, stored, format, success);
        return 0;
    }

    public static async Task<int> GetAsync(Session session)
    {
        var path = Clean(session.Line.Arguments[0]);
        if (session.State.Variables.GetValueOrDefault(path) is not { } variable)
            return await session.FailAsync("Variable not found");
        if (session.Line.Text("item") is { Length: > 0 } item)
        {
            if (!variable.Items.TryGetValue(item, out var value))
                return await session.FailAsync($"Variable does not contain \"{item}\" item");
            await session.WriteAsync(Encoding.UTF8.GetBytes(value));
            return 0;
        }

        Print(session, variable, VariableOutput.Format(session.Line, session.Request.OnTerminal, "table"), none: "");
        return 0;
    }

    public static Task<int> ListAsync(Session session)
    {
        var prefix = session.Line.Arguments.ElementAtOrDefault(0) ?? "";
        var found = session.State.Variables.Values.Where(one => one.Path.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        session.Print(VariableOutput.List(found, VariableOutput.Format(session.Line, session.Request.OnTerminal, "table")));
        return Task.FromResult(0);
    }

    public static async Task<int> PurgeAsync(Session session)
    {
        if (!TryIndex(session, out var index, out _))
            return await session.FailAsync($"Invalid -check-index value \"{session.Line.Text("check-index")}\": not parsable as uint64");
        try
        {
            Service(session).Delete(Clean(session.Line.Arguments[0]), index);
        }
        catch (VariableConflictException conflict)
        {
            return await FailAsync(session, conflict);
        }
        catch (ApiException error)
        {
            return await session.FailAsync($"Error purging variable: {error.Message}");
        }

        session.Print($"Successfully purged variable \"{session.Line.Arguments[0]}\"!");
        return 0;
    }

    private static VariableService Service(Session session) => new(session.Agent.Store);

    private static string Clean(string path) => path.Trim(' ', '/');

    private static bool TryIndex(Session session, out long? index, out string reason)
    {
        (index, reason) = (null, "");
        if (session.Line.Text("check-index") is not { Length: > 0 } text)
            return true;
        if (!long.TryParse(text, System.Globalization.NumberStyles.None, null, out var number))
        {
            reason = $"strconv.ParseUint: parsing \"{text}\": invalid syntax";
            return false;
        }

        index = number;
        return true;
    }

    private static void Print(Session session, Variable variable, string format, string none)
    {
        var text = format switch
        {
            "json" => VariableOutput.Json(variable),
            "hcl" => VariableOutput.Hcl(variable),
            "table" => VariableOutput.Table(variable),
            _ => none,
        };
        if (text.Length > 0)
            session.Print(text);
    }

    private static Task<int> FailAsync(Session session, VariableConflictException conflict)
    {
        var there = conflict.Conflict;
        var updated = there.ModifyIndex == 0 ? "" : $"    The server-side item was last updated on {Columns.Time(there.ModifyTime)}.\n";
        return session.FailAsync($"""

            Check-and-Set conflict

                Your provided check-index ({conflict.CheckIndex}) does not match the server-side
                index ({there.ModifyIndex}).
            {updated}    If you are sure you want to perform this operation, add the -force or
                -check-index={there.ModifyIndex} flag before the positional arguments.

            """);
    }
}
