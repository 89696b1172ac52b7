using System.Text.RegularExpressions;
using LocalNomad.Model;
using LocalNomad.State;

namespace LocalNomad.Scheduling;

/// <summary>A variable is not what the caller thought it was; nothing was changed.</summary>
internal sealed class VariableConflictException(long checkIndex, Variable conflict) : Exception("cas conflict")
{
    public long CheckIndex { get; } = checkIndex;

    /// <summary>What is there; with index 0 when nothing is.</summary>
    public Variable Conflict { get; } = conflict;
}

/// <summary>Changes variables by the rules of Nomad's servers (nomad/structs/variables.go, nomad/variables_endpoint.go).</summary>
internal sealed partial class VariableService(StateStore store)
{
    private const int MaxSize = 16 * 1024;

    /// <summary>Stores a variable in place of the one at its path.</summary>
    /// <param name="variable">With path and items; what the server sets is set here.</param>
    /// <param name="checkIndex">The modify index that the one at the path must have, 0 for none there; null for any.</param>
    /// <exception cref="ApiException">The variable is none.</exception>
    /// <exception cref="VariableConflictException">Another one is there.</exception>
    public Variable Put(Variable variable, long? checkIndex)
    {
        Validate(variable);
        return store.Update(transaction =>
        {
            Check(transaction, variable.Path, checkIndex);
            return transaction.Put(variable);
        });
    }

    /// <summary>Takes a variable away; none there is well too.</summary>
    /// <exception cref="VariableConflictException">Another one is there than was expected.</exception>
    public void Delete(string path, long? checkIndex)
    {
        if (path.Length == 0)
            throw new ApiException(400, "missing variable path");
        store.Update(transaction =>
        {
            Check(transaction, path, checkIndex);
            if (transaction.State.Variables.ContainsKey(path))
                transaction.Remove(ChangeKind.Variable, path);
        });
    }

    private static void Check(Transaction transaction, string path, long? checkIndex)
    {
        var existing = transaction.State.Variables.GetValueOrDefault(path);
        if (checkIndex is { } expected && expected != (existing?.ModifyIndex ?? 0))
            throw new VariableConflictException(expected, existing ?? new Variable { Path = path });
    }

    private static void Validate(Variable variable)
    {
        if (variable.Path.Length == 0)
            throw new ApiException(400, "missing variable path");
        if (variable.Items.Count == 0)
            throw new ApiException(400, "variable missing required Items object");
        if (variable.Namespace is not "default")
            throw new ApiException(500, $"the namespace \"{variable.Namespace}\" is not available on this single-node stand-in for Nomad, only \"default\"");
        if (!ValidPath().IsMatch(variable.Path))
            throw new ApiException(500, $"invalid path \"{variable.Path}\"");
        var parts = variable.Path.Split('/');
        if (parts is ["nomad"])
            throw new ApiException(500, "\"nomad\" is a reserved top-level directory path, but you may write variables to \"nomad/jobs\" or below");
        if (parts is ["nomad", not "jobs", ..])
            throw new ApiException(500, "only paths at \"nomad/jobs\" or below are valid paths under the top-level \"nomad\" directory");
        if (variable.Items.Sum(item => System.Text.Encoding.UTF8.GetByteCount(item.Key) + System.Text.Encoding.UTF8.GetByteCount(item.Value)) > MaxSize)
            throw new ApiException(500, "variables are limited to 16KiB in total size");
    }

    [GeneratedRegex(@"\A[a-zA-Z0-9\-_~/]{1,128}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ValidPath();
}
