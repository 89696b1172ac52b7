namespace Runbook.Settings;

internal static class NomadRules
{
    public static void Check(ClusterSettings settings, Problems problems)
    {
        var nomad = settings.Nomad;
        problems.AddIf(nomad.Address.Length > 0 && !IsAddress(nomad.Address), "nomad.address",
            $"found \"{nomad.Address}\"; allowed: \"\" or a URL that begins with http://, https:// or unix://");
        problems.AddIf((nomad.Datacenter ?? "").Contains('*'), "nomad.datacenter",
            $"found \"{nomad.Datacenter}\"; allowed: the name of one datacenter, no wildcard");
        foreach (var (key, value) in new[] { ("region", nomad.Region), ("namespace", nomad.Namespace), ("node", nomad.Node) })
            problems.AddIf(value.Length > 0 && !Text.IsPlainName(value), $"nomad.{key}",
                $"found \"{value}\"; allowed: {Text.PlainNameRule} characters");

        var consul = settings.Consul;
        problems.AddIf(consul.ServiceName.Length > 0 && !IsServiceName(consul.ServiceName), "consul.serviceName",
            $"found \"{consul.ServiceName}\"; allowed: letters, digits and \"-\", at most 63 characters");
        problems.AddIf(consul.Connect && consul.ServiceName.Length == 0, "consul.connect",
            "needs consul.serviceName: only a named service can be in the mesh");
        problems.AddIf(consul.Connect && nomad.Driver == TaskDriver.RawExec, "consul.connect",
            "needs a bridge network, which nomad.driver \"raw_exec\" does not join; use \"exec\" or \"exec2\"");
    }

    private static bool IsAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { Scheme: "http" or "https" or "unix" };

    private static bool IsServiceName(string text) =>
        text.Length <= 63 && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') && text[0] != '-' && text[^1] != '-';
}
