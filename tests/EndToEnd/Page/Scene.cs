using System.Diagnostics;
using Shouldly;

namespace Tests.EndToEnd.Page;

/// <summary>What has to happen before and between the lines of a session, and what stands for the example's own values.</summary>
/// <param name="at">The checkout in which they are typed first.</param>
internal sealed class Scene(Checkout at)
{
    private readonly Dictionary<string, Func<Task>> _remarks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>The checkout in which they are typed from now on.</summary>
    public Checkout At { get; set; } = at;

    /// <summary>What a remark of the page stands for.</summary>
    public Scene On(string remark, Func<Task> happens)
    {
        _remarks.Add(remark, happens);
        return this;
    }

    /// <summary>A value of the page, and the one that fits here.</summary>
    public Scene Means(string onThePage, string here)
    {
        _values.Add(onThePage, here);
        return this;
    }

    /// <summary>Types a session, and holds what is printed against what the page shows.</summary>
    public async Task PlayAsync(Session session)
    {
        foreach (var line in session.Lines)
        {
            var watch = Stopwatch.StartNew();
            if (line.IsRemark)
            {
                _remarks.ShouldContainKey(line.Text, $"{session.Heading}: nobody knows what this remark stands for");
                await _remarks[line.Text]();
                continue;
            }
            var outcome = await TypeAsync(_values.Aggregate(line.Text, (t, v) => t.Replace(v.Key, v.Value, StringComparison.Ordinal)));
            var said = $"{session.Heading}: {outcome}\nafter {watch.Elapsed.TotalSeconds:0.0} s";
            outcome.ExitCode.ShouldBe(line.ExitCode, said);
            Session.Missing(line.Shown, outcome.Out + "\n" + outcome.Error).ShouldBeEmpty(said);
        }
    }

    private async Task<Outcome> TypeAsync(string text)
    {
        var build = $"NUKE_ROOT='{At.Path}' '{Checkout.Program}' ";
        var info = text.StartsWith("./build.sh", StringComparison.Ordinal)
            ? At.Info("/bin/bash", "-c", text.Replace("./build.sh ", build, StringComparison.Ordinal))
            : At.OwnersShell(text);
        using var run = new RunningBuild(info);
        return await run.End();
    }
}
