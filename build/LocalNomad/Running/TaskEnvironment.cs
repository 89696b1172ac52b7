using System.Text;
using System.Text.RegularExpressions;
using LocalNomad.Model;

namespace LocalNomad.Running;

/// <summary>What a task finds in its environment, and what <c>${...}</c> in its definition stands for.</summary>
internal sealed partial class TaskEnvironment
{
    // Nomad's default list of what it keeps from tasks.
    private static readonly string[] Denied =
    [
        "CONSUL_TOKEN", "CONSUL_HTTP_TOKEN", "VAULT_TOKEN", "NOMAD_LICENSE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN", "GOOGLE_APPLICATION_CREDENTIALS",
    ];

    private readonly SortedDictionary<string, string> _variables = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _node = [];

    public TaskEnvironment(
        IReadOnlyDictionary<string, string> host, Node node, Job job, Allocation allocation, TaskDefinition task, AllocationFolders folders)
    {
        foreach (var (name, value) in host.Where(pair => !Denied.Contains(pair.Key)))
            _variables[name] = value;
        AddNode(node);
        AddTask(job, allocation, task, folders);
        AddPorts(node, allocation);
        AddMeta(job, allocation, task);
        foreach (var (name, value) in task.Env ?? new Dictionary<string, string>())
            _variables[name] = Replace(value);
    }

    /// <summary>For the task. In names that no shell takes the wrong characters have become underscores.</summary>
    public IReadOnlyDictionary<string, string> Variables
    {
        get
        {
            var cleaned = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var (name, value) in _variables)
                cleaned[Clean(name)] = value;
            return cleaned;
        }
    }

    /// <summary>Adds what templates with <c>env = true</c> render: lines of NAME=VALUE.</summary>
    public void AddLines(string text)
    {
        foreach (var line in text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
        {
            var pair = line.Split('=', 2);
            if (pair.Length != 2)
                throw new TaskSetupException($"error parsing env template: \"{line}\" is not of the form NAME=VALUE");
            _variables[pair[0].Trim()] = pair[1].Trim().Trim('"');
        }
    }

    /// <summary>Replaces what is known; the rest stays as it is.</summary>
    public string Replace(string text) => Reference().Replace(text, match => Find(match.Groups["name"].Value) ?? match.Value);

    /// <summary>Replaces everything; the settings of a driver must not name anything unknown.</summary>
    /// <exception cref="TaskSetupException">A name is unknown.</exception>
    public string Require(string text)
    {
        var result = new StringBuilder();
        var offset = 0;
        while (text.IndexOf("${", offset, StringComparison.Ordinal) is >= 0 and var start)
        {
            if (start > 0 && text[start - 1] == '$')
            {
                result.Append(text, offset, start - 1 - offset).Append("${");
                offset = start + 2;
                continue;
            }

            var end = text.IndexOf('}', start);
            var name = end < 0 ? "" : text[(start + 2)..end].Trim();
            result.Append(text, offset, start - offset);
            result.Append(Find(name) ?? throw TaskSetupException.Validation(
                $"failed to parse config: Unknown variable: There is no variable named \"{name}\"."));
            offset = end + 1;
        }

        return result.Append(text, offset, text.Length - offset).ToString();
    }

    private string? Find(string name) =>
        _variables.GetValueOrDefault(name)
        ?? _node.GetValueOrDefault(name)
        ?? (name.StartsWith("env.", StringComparison.Ordinal) ? _variables.GetValueOrDefault(name[4..]) : null);

    private void AddNode(Node node)
    {
        _node["node.unique.id"] = node.ID;
        _node["node.unique.name"] = node.Name;
        _node["node.datacenter"] = node.Datacenter;
        _node["node.region"] = "global";
        _node["node.class"] = node.NodeClass;
        foreach (var (name, value) in node.Attributes)
            _node["attr." + name] = value;
        foreach (var (name, value) in node.Meta)
            _node["meta." + name] = value;
        _variables["NOMAD_DC"] = node.Datacenter;
        _variables["NOMAD_REGION"] = "global";
    }

    private void AddTask(Job job, Allocation allocation, TaskDefinition task, AllocationFolders folders)
    {
        _variables["NOMAD_ALLOC_DIR"] = folders.Shared;
        _variables["NOMAD_TASK_DIR"] = folders.Local(task.Name);
        _variables["NOMAD_SECRETS_DIR"] = folders.Secrets(task.Name);
        _variables["NOMAD_ALLOC_ID"] = allocation.ID;
        _variables["NOMAD_ALLOC_NAME"] = allocation.Name;
        _variables["NOMAD_ALLOC_INDEX"] = "0";
        _variables["NOMAD_GROUP_NAME"] = allocation.TaskGroup;
        _variables["NOMAD_TASK_NAME"] = task.Name;
        _variables["NOMAD_JOB_ID"] = job.ID;
        _variables["NOMAD_JOB_NAME"] = job.Name;
        if (job.ParentID.Length > 0)
            _variables["NOMAD_JOB_PARENT_ID"] = job.ParentID;
        _variables["NOMAD_NAMESPACE"] = job.Namespace;
        _variables["NOMAD_CPU_LIMIT"] = $"{task.Resources.CPU}";
        _variables["NOMAD_MEMORY_LIMIT"] = $"{task.Resources.MemoryMB}";
    }

    private void AddPorts(Node node, Allocation allocation)
    {
        var address = node.Attributes.GetValueOrDefault("unique.network.ip-address", "127.0.0.1");
        foreach (var (label, port) in allocation.Ports)
        {
            foreach (var prefix in (string[])["NOMAD_", "NOMAD_HOST_"])
            {
                _variables[$"{prefix}IP_{label}"] = address;
                _variables[$"{prefix}PORT_{label}"] = $"{port}";
                _variables[$"{prefix}ADDR_{label}"] = $"{address}:{port}";
            }

            _variables[$"NOMAD_ALLOC_PORT_{label}"] = $"{port}";
        }
    }

    // The nearest level wins: task over group over job.
    private void AddMeta(Job job, Allocation allocation, TaskDefinition task)
    {
        var group = job.TaskGroups.First(one => one.Name == allocation.TaskGroup);
        // What may be given at a dispatch and was not is there all the same, empty.
        foreach (var name in job.ParameterizedJob?.MetaOptional ?? [])
            SetMeta(name, "");
        foreach (var (name, value) in new[] { job.Meta, group.Meta, task.Meta }.SelectMany(meta => meta ?? new Dictionary<string, string>()))
            SetMeta(name, Replace(value));
    }

    private void SetMeta(string name, string value)
    {
        _variables["NOMAD_META_" + name] = value;
        _variables["NOMAD_META_" + name.ToUpperInvariant()] = value;
    }

    private static string Clean(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));

    [GeneratedRegex(@"\$\{(?<name>[a-zA-Z0-9_\-.]+)\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Reference();
}
