using System.Security.Cryptography;
using System.Text;
using Runbook.Settings;
using Scriban.Runtime;

namespace Runbook.Render;

/// <summary>
/// Renders the jobs of a cluster. Pure: the same settings and templates give the same text on every machine, at any
/// time.
/// </summary>
/// <param name="templatesDirectory">Folder of the templates, with <c>scripts</c> and <c>partials</c> in it.</param>
public sealed class JobRenderer(string templatesDirectory)
{
    private readonly TemplateEngine _engine = new(templatesDirectory);

    /// <summary>Every job that these settings ask for, in the order in which a deployment needs them.</summary>
    /// <param name="settings">Valid settings.</param>
    /// <param name="oldest">Version of the oldest Nomad server, which must be able to read them; the newest when null.</param>
    /// <exception cref="RenderException">A template is missing, wrong, or asks for what does not exist.</exception>
    public IReadOnlyList<RenderedJob> Render(ClusterSettings settings, Version? oldest = null) =>
        [.. JobCatalog.Jobs.Where(job => job.IsDeployed(settings)).Select(job => Render(settings, job, Extra(settings, job, oldest)))];

    /// <summary>The job that says who works on the cluster. It is registered and never dispatched.</summary>
    /// <param name="settings">Valid settings.</param>
    /// <param name="meta">Who, on what, since when; keys are letters, digits and <c>_</c>.</param>
    /// <exception cref="RenderException">A template is missing or wrong, or a key cannot be one.</exception>
    public RenderedJob RenderLock(ClusterSettings settings, IReadOnlyDictionary<string, string> meta) =>
        RenderNotice(settings, JobRole.Lock, meta);

    /// <summary>The job that says what was done to the cluster. It is registered and never dispatched.</summary>
    /// <param name="settings">Valid settings.</param>
    /// <param name="meta">One entry for each run; keys are letters, digits and <c>_</c>.</param>
    /// <exception cref="RenderException">A template is missing or wrong, or a key cannot be one.</exception>
    public RenderedJob RenderHistory(ClusterSettings settings, IReadOnlyDictionary<string, string> meta) =>
        RenderNotice(settings, JobRole.History, meta);

    private RenderedJob RenderNotice(ClusterSettings settings, JobRole role, IReadOnlyDictionary<string, string> meta)
    {
        var entries = new ScriptObject();
        foreach (var (key, value) in meta.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            if (key is "runbook" or "cluster")
                throw new RenderException($"\"{key}\" cannot be a key of meta: every job has it already");
            entries[HclText.Identifier(key)] = value;
        }

        return Render(settings, JobCatalog.Of(role), new() { ["notice"] = entries });
    }

    /// <summary>What the server reads, by name: postgresql.conf with all that it includes, and pg_hba.conf.</summary>
    /// <param name="settings">Valid settings.</param>
    /// <exception cref="RenderException">A template is missing or wrong.</exception>
    public IReadOnlyDictionary<string, string> RenderServerFiles(ClusterSettings settings) =>
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["postgresql.conf"] = _engine.Render("postgresql.conf.sbn", Model(settings, JobRole.Postgres)) + _engine.Render("reload.conf.sbn", Model(settings, JobRole.Postgres)),
            ["pg_hba.conf"] = _engine.Render("pg_hba.conf.sbn", Model(settings, JobRole.Postgres)),
        };

    // As operate.sh counts it: both files, one after the other.
    private string Delivered(ClusterSettings settings)
    {
        var model = Model(settings, JobRole.PostgresInit);
        string[] files = [_engine.Render("reload.conf.sbn", model), _engine.Render("pg_hba.conf.sbn", model)];
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(files.Select(text => text.EndsWith('\n') ? text : text + "\n")))));
    }

    // What the cluster finds critical by itself; the finer words are those of the target Check.
    private static IEnumerable<string> CheckLimits(PgbackrestSettings settings)
    {
        var check = settings.Check;
        var fullAge = CheckThresholds.Of(settings).FullAge is { } age ? CheckThresholds.CriticalAbove(age) : TimeSpan.Zero;
        return
        [
            $"full-age={(long)fullAge.TotalSeconds}",
            $"archive-lag={(long)CheckThresholds.CriticalAbove(check.ArchiveLag).TotalSeconds}",
            $"free-space={(int)CheckThresholds.CriticalBelow(check.FreeSpace)}",
        ];
    }

    /// <summary>The job of what is asked on demand, under another name: it looks where the settings say, and nothing that is deployed knows of it.</summary>
    /// <param name="settings">Valid settings.</param>
    /// <exception cref="RenderException">A template is missing or wrong.</exception>
    public RenderedJob RenderLook(ClusterSettings settings) => Render(settings, JobCatalog.Of(JobRole.Look), []);

    /// <summary>The commands that restore a cluster on a host which knows neither this runbook nor Nomad: a shell script without secrets.</summary>
    /// <param name="settings">Valid settings.</param>
    /// <exception cref="RenderException">The template is missing or wrong.</exception>
    public string RenderByHand(ClusterSettings settings)
    {
        var model = SettingsModel.Of(settings);
        model["cluster"] = new ScriptObject { ["name"] = settings.ClusterName };
        model["secrets"] = new ScriptArray(RepositorySecrets.Of(settings.Pgbackrest.Repositories)
            .Select(secret => new ScriptObject { ["variable"] = secret.Variable, ["path"] = secret.Path }));
        model["files"] = new ScriptArray(settings.Pgbackrest.Repositories.SelectMany(r => r.Files));
        return _engine.Render("by-hand.sh.sbn", model);
    }

    // How a job says that a server stays where it is while the agent of its node is away; older versions cannot say it.
    private static string Reconnect(Version? oldest) =>
        oldest is null || oldest >= new Version(1, 8) ? "disconnect" : oldest >= new Version(1, 3) ? "max_client_disconnect" : "";

    // What a template needs beside the settings.
    private static ScriptObject Extra(ClusterSettings settings, CatalogJob job, Version? oldest) => job.Role switch
    {
        JobRole.Postgres => new() { ["reconnect"] = Reconnect(oldest) },
        JobRole.Full or JobRole.Diff or JobRole.Incr => new()
        {
            ["backup"] = new ScriptObject
            {
                ["type"] = job.Role.ToString().ToLowerInvariant(),
                ["waitLimit"] = $"{(long)settings.Pgbackrest.Schedules.WaitLimit.TotalSeconds}",
                ["schedule"] = SettingsModel.Of(job.Schedule!(settings)),
            },
        },
        JobRole.Check => new() { ["check"] = new ScriptObject { ["limits"] = new ScriptArray(CheckLimits(settings.Pgbackrest)) } },
        _ => [],
    };

    private RenderedJob Render(ClusterSettings settings, CatalogJob job, ScriptObject extra)
    {
        var model = Model(settings, job.Role);
        foreach (var (key, value) in extra)
            model[key] = value;
        var id = job.Id(settings);
        var text = HclFormatter.Format(_engine.Render($"{job.Template}.nomad.hcl.sbn", model));
        return new(id, $"{id}.nomad.hcl", job.Role, text) { Delivers = job.Role == JobRole.PostgresInit ? Delivered(settings) : "" };
    }

    private static ScriptObject Model(ClusterSettings settings, JobRole role)
    {
        var model = SettingsModel.Of(settings);
        model["cluster"] = new ScriptObject
        {
            ["name"] = settings.ClusterName,
            ["dataDirectory"] = settings.DataDirectory,
            ["stateDirectory"] = settings.StateDirectory,
            // Under exec and exec2 a node must offer the volumes; only exec can mount them.
            ["hasVolumes"] = settings.Nomad.Driver != TaskDriver.RawExec,
            ["hasMounts"] = settings.Nomad.Driver == TaskDriver.Exec,
        };
        model["job"] = new ScriptObject { ["id"] = JobCatalog.Id(settings, role) };
        return model;
    }
}
