using System.Collections.Immutable;

namespace Runbook.Nomad;

/// <summary>
/// What the nomad executable gets beside what it inherits. Whatever a Nomad user has in the environment reaches it: token,
/// certificates, namespace, region. What the profile says goes before it, as the jobs are rendered for that.
/// </summary>
public static class NomadEnvironment
{
    private const string NamespaceVariable = "NOMAD_NAMESPACE";

    // Shorter ones are no tokens, and hiding them would make any text unreadable.
    private const int ShortestToken = 8;

    private static readonly string[] Tokens = ["NOMAD_TOKEN", "CONSUL_HTTP_TOKEN", "VAULT_TOKEN"];

    /// <summary>Variables that the profile decides, by the setting that does.</summary>
    private static readonly (string Setting, string Variable)[] Decided =
        [("nomad.address", "NOMAD_ADDR"), ("nomad.region", "NOMAD_REGION"), ("nomad.namespace", NamespaceVariable)];

    /// <summary>The variables to set.</summary>
    /// <param name="address">As configured; empty for none.</param>
    /// <param name="region">As configured; empty for none.</param>
    /// <param name="name">Namespace as configured; empty for none.</param>
    public static ImmutableDictionary<string, string> Of(string address, string region, string name) =>
        Decided.Zip([address, region, name]).Where(d => d.Second.Length > 0).ToImmutableDictionary(d => d.First.Variable, d => d.Second);

    /// <summary>Where the environment says something else than the profile, which is what counts.</summary>
    /// <param name="set">What the profile sets.</param>
    /// <param name="variable">Reads the environment.</param>
    public static IEnumerable<string> Contradictions(ImmutableDictionary<string, string> set, Func<string, string?> variable) =>
        from decided in Decided
        where set.ContainsKey(decided.Variable) && variable(decided.Variable) is { Length: > 0 } other && other.TrimEnd('/') != set[decided.Variable].TrimEnd('/')
        select $"{decided.Variable} is {variable(decided.Variable)}, and {decided.Setting} of the profile is {set[decided.Variable]}: that one is used";

    /// <summary>Refuses all namespaces at once: a job's name is another job in each, and Psql or Logs would take any of them.</summary>
    /// <param name="set">What the profile sets.</param>
    /// <param name="variable">Reads the environment.</param>
    /// <exception cref="RunbookException">The environment asks for all, and the profile for none.</exception>
    public static void GuardNamespace(ImmutableDictionary<string, string> set, Func<string, string?> variable)
    {
        if (!set.ContainsKey(NamespaceVariable) && variable(NamespaceVariable) == "*")
            throw new RunbookException(ExitCode.WrongUse, $"{NamespaceVariable} is *, all namespaces: a cluster is in one")
            {
                State = RunbookException.Unchanged,
                Next = $"unset {NamespaceVariable}, or set nomad.namespace in the profile",
            };
    }

    /// <summary>What must not be seen of the environment, whatever prints it.</summary>
    /// <param name="variable">Reads the environment.</param>
    public static IReadOnlyList<string> Secrets(Func<string, string?> variable) =>
        [.. Tokens.Select(variable).Where(v => v?.Length >= ShortestToken).Select(v => v!)];
}
