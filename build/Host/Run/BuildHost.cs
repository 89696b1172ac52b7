using Host.Completion;
using Host.Graph;
using Host.Help;
using Host.Masking;
using Host.Parameters;
using Host.Schema;
using Host.Signals;
using Nuke.Common;
using Nuke.Common.Execution;

namespace Host.Run;

/// <summary>One run of a build: read everything, refuse everything that is wrong, and only then do something.</summary>
internal sealed class BuildHost(HostContext context, SecretMasks masks, Func<SignalWatch> watchSignals)
{
    private readonly List<Problem> _problems = [];

    public int Run(NukeBuild build, IReadOnlyCollection<Target> defaults)
    {
        try
        {
            return RunChecked(build, defaults);
        }
        catch (BuildDefinitionException e)
        {
            return Refuse(new Problem($"The build is written wrongly. {e.Message}"));
        }
    }

    private int RunChecked(NukeBuild build, IReadOnlyCollection<Target> defaults)
    {
        build.OnBuildCreated();
        var targets = TargetCatalog.Read(build, defaults);
        var parameters = ParameterCatalog.Read(build);
        var options = parameters.Select(x => x.ToOption()).Concat(HostOptions.All.Select(x => x.ToOption()));
        var line = CommandLineParser.Parse(context.Arguments, options, [.. targets.Select(x => x.Name)]);
        var environment = new EnvironmentValues(context.Variables);
        _problems.AddRange(line.Problems);
        var host = HostOptionsReader.Read(line, environment, _problems);
        var asked = targets.Where(x => x.IsDefault).ToList();
        if (line.Targets.Count > 0)
            asked = [.. line.Targets.Select(x => targets.First(y => y.Name == x))];

        // Help is asked for when something is wrong: it must not need files or an environment that are right.
        if (_problems.Count == 0 && (host.ShowHelp || host.CompletionShell is not null || asked.Count == 0))
            return Show(host, targets, parameters, line.Targets.Count > 0 ? asked : []);

        var bound = Bind(build, parameters, line, environment, ref host);
        var plan = Plan(build, targets, asked, host);
        if (_problems.Count > 0)
            return Refuse([.. _problems]);
        if (host.ShowPlan)
        {
            context.Out.Write(PlanText.Render(plan, asked));
            return ExitCodes.Done;
        }

        SchemaFile.Update(context.Root!, targets, parameters);
        return Execute(build, plan, parameters, bound);
    }

    private int Execute(
        NukeBuild build,
        IReadOnlyList<ExecutableTarget> plan,
        IReadOnlyList<ParameterDeclaration> parameters,
        IReadOnlyList<BoundValue> bound)
    {
        Skipping.ByStaticConditions(plan);
        _problems.AddRange(Requirements.Check(plan.Where(x => x.Status == ExecutionStatus.Scheduled), parameters, bound));
        if (_problems.Count > 0)
            return Refuse([.. _problems]);

        var terminal = new Terminal(context.Error, context.UseColour);
        var chrome = new Chrome(terminal, NukeBuild.Verbosity);
        chrome.Sources(bound);
        using var signals = watchSignals();
        if (TryInitialize(build, chrome))
            new Executor(build, chrome, context.Time, signals).Run(plan);
        chrome.Summary(plan);
        build.OnBuildFinished();
        return signals.ExitCode ?? build.ExitCode ?? (build.IsFailing ? ExitCodes.Failed : ExitCodes.Done);
    }

    private static bool TryInitialize(NukeBuild build, Chrome chrome)
    {
        try
        {
            build.OnBuildInitialized();
            return true;
        }
#pragma warning disable CA1031 // Whatever keeps the build from beginning is an error to be told, and no target runs.
        catch (Exception e)
#pragma warning restore CA1031
        {
            chrome.NotBegun(e);
            foreach (var target in build.ExecutionPlan.Where(x => x.Status == ExecutionStatus.Scheduled))
                target.Status = ExecutionStatus.NotRun;
            return false;
        }
    }

    private IReadOnlyList<BoundValue> Bind(
        NukeBuild build,
        IReadOnlyList<ParameterDeclaration> parameters,
        CommandLine line,
        EnvironmentValues environment,
        ref HostOptions host)
    {
        if (context.Root is not { } root)
        {
            _problems.Add(new Problem(
                $"No folder from {context.WorkingDirectory} upwards holds .nuke. Go to the repository, or give --root."));
            return [];
        }

        _problems.AddRange(environment.Misspelt(parameters, HostOptions.All));
        var files = FileValues.Read(root, host.Profiles, _problems);
        _problems.AddRange(files.Unknown(parameters));
        host = host with
        {
            Profiles = files.Profiles,
            Verbosity = HostOptionsReader.ReadVerbosity(line, environment, files, _problems),
        };
        var binder = new Binder(line, environment, context.Variables, files, root, context.WorkingDirectory);
        var bound = binder.Bind(parameters, _problems);
        masks.Add(bound.Where(x => x.Declaration.IsSecret).SelectMany(x => x.Texts));
        foreach (var value in bound)
            MemberAccess.Set(value.Declaration.Member!, build, value.Value);
        NukeBuild.LoadedLocalProfiles = [.. host.Profiles];
        NukeBuild.Verbosity = host.Verbosity;
        return bound;
    }

    private static IReadOnlyList<ExecutableTarget> Plan(
        NukeBuild build, IReadOnlyList<ExecutableTarget> targets, IReadOnlyList<ExecutableTarget> asked, HostOptions host)
    {
        var plan = Planner.Plan(targets, asked);
        foreach (var target in plan)
        {
            target.Status = ExecutionStatus.Scheduled;
            target.Invoked = asked.Contains(target) && !asked.All(x => x.IsDefault);
        }

        build.ExecutionPlan = plan;
        build.Plan = host.ShowPlan;
        build.NoLogo = host.HideLogo;
        Skipping.ByRequest(plan, host.Skipped);
        return plan;
    }

    private int Show(
        HostOptions host,
        IReadOnlyList<ExecutableTarget> targets,
        IReadOnlyList<ParameterDeclaration> parameters,
        IReadOnlyList<ExecutableTarget> named)
    {
        var text = host.CompletionShell is { } shell
            ? CompletionScript.Render(shell, targets, parameters)
            : new HelpText(targets, parameters, context.Width).Render(named);
        context.Out.Write(text);
        return ExitCodes.Done;
    }

    private int Refuse(params IReadOnlyList<Problem> problems)
    {
        var terminal = new Terminal(context.Error, context.UseColour);
        foreach (var problem in problems)
            terminal.Bad($"error: {problem.Text}");
        terminal.Line("Nothing was run. --help lists the targets and options.");
        return ExitCodes.WrongUse;
    }
}
