using Nuke.Common;

public partial class Build
{
    [Parameter("Encrypted secret to set or change: its value is asked for, or read from standard input")]
    readonly string Set = "";

    [Parameter("Encrypted secret to remove")]
    readonly string Remove = "";

    [Parameter("Sets or removes in parameters.json, which all profiles share")]
    readonly bool Shared;

    Target Secrets => _ => _
        .Description("Lists the encrypted secrets of the profile by name; --set and --remove change them")
        .Executes(() => Carry(Needs.Nothing, (w, ct) => w.KeepSecrets(Set, Remove, Shared, Yes, DryRun)));

    Target Passwords => _ => _
        .Description("Shows the passwords of the cluster's roles in clear; asks, unless --output json")
        .Executes(() => Carry(Needs.Nomad, async (w, ct) =>
            w.Print(await Runbook.Secrets.Passwords.ReadAsync(await w.SessionAsync(ct), w.Person, Yes, w.Format, ct))));
}
