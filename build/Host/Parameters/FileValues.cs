using Host.Words;
using Nuke.Common.IO;

namespace Host.Parameters;

/// <summary>The parameters files of a run, strongest first.</summary>
internal sealed class FileValues
{
    private readonly IReadOnlyList<ParametersFile> _files;

    private FileValues(IReadOnlyList<ParametersFile> files) => _files = files;

    /// <summary>Reads <c>parameters.json</c>, if there is one, and the files of the profiles.</summary>
    public static FileValues Read(AbsolutePath root, IReadOnlyList<string> profiles, ICollection<Problem> problems)
    {
        var files = new List<ParametersFile>();
        if ((root / ParametersFile.NameOf("")).FileExists() && ParametersFile.Read(root, "", problems) is { } shared)
            files.Add(shared);

        // What parameters.json asks for is what runs when nobody says otherwise.
        if (profiles.Count == 0 && files is [var first] && first.Values.TryGetValue(HostOptions.Profile.Name, out var standing))
            profiles = standing.Words;
        var known = ParametersFile.Profiles(root);
        foreach (var profile in profiles)
        {
            if (!known.Contains(profile))
                problems.Add(new Problem(Missing(profile, known)));
            else if (ParametersFile.Read(root, profile, problems) is { } file)
                files.Add(file);
        }

        files.Reverse();
        return new FileValues(files) { Profiles = profiles };
    }

    /// <summary>The profiles that were loaded, weakest first.</summary>
    public IReadOnlyList<string> Profiles { get; private init; } = [];

    public RawValue? Find(string name) => _files.Select(x => x.Values.GetValueOrDefault(name)).FirstOrDefault(x => x is not null);

    /// <summary>The value of a secret parameter: plain text is refused, what NUKE has encrypted is decrypted.</summary>
    public RawValue? FindSecret(
        ParameterDeclaration declaration, IReadOnlyDictionary<string, string> variables, ICollection<Problem> problems)
    {
        var file = _files.FirstOrDefault(x => x.Values.ContainsKey(declaration.Name));
        if (file is null)
            return null;
        var raw = file.Values[declaration.Name];
        if (!raw.Words.All(EncryptedValue.IsEncrypted))
        {
            problems.Add(new Problem(
                $"{raw.Source} is a secret in plain text. Take it out of the file and give it as {declaration.HowToGive()}."));
            return null;
        }

        var password = PasswordOf(file.Profile, variables);
        if (password is null)
        {
            problems.Add(new Problem($"{raw.Source} is encrypted. Give its password as {PasswordName(file.Profile)} in the environment."));
            return null;
        }

        var secrets = raw.Words.Select(x => EncryptedValue.Decrypt(x, password)).ToList();
        if (!secrets.Contains(null))
            return raw with { Words = [.. secrets.Select(x => x!)] };
        problems.Add(new Problem($"{raw.Source} cannot be decrypted with the password in {PasswordName(file.Profile)}."));
        return null;
    }

    /// <summary>Keys that name no parameter. An encrypted value may be one that the build reads by itself, unless it looks like a slip
    /// in the name of a secret parameter.</summary>
    public IEnumerable<Problem> Unknown(IReadOnlyCollection<ParameterDeclaration> declarations)
    {
        var secrets = declarations.Where(x => x.IsSecret).Select(x => x.Name).ToList();
        var allowed = declarations.Select(x => x.Name)
            .Append(HostOptions.VerbosityOption.Name).Append(HostOptions.NoLogo.Name).ToList();
        foreach (var file in _files)
        {
            foreach (var (key, value) in file.Values)
            {
                if (allowed.Contains(key) || (key == HostOptions.Profile.Name && file.Profile.Length == 0))
                    continue;
                if (value.Words is [var word] && EncryptedValue.IsEncrypted(word) && NearestWord.Find(key, secrets) is null)
                    continue;
                var text = HostOptions.All.Any(x => x.Name == key)
                    ? $"{value.Source} belongs on the command line."
                    : $"{value.Source} is no parameter.{NearestWord.Hint(key, allowed)}";
                yield return new Problem(text);
            }
        }
    }

    private static string Missing(string profile, IReadOnlyList<string> known)
    {
        var list = known.Count == 0 ? "There are no profiles." : $"Profiles: {string.Join(", ", known)}.";
        return $"There is no profile '{profile}' ({ParametersFile.NameOf(profile)}).{NearestWord.Hint(profile, known)} {list}";
    }

    private static string PasswordName(string profile) =>
        profile.Length == 0 ? "PARAMS_KEY" : $"PARAMS_{Names.UpperSnake(profile.Replace('.', '_').Replace('-', '_'))}_KEY";

    private static string? PasswordOf(string profile, IReadOnlyDictionary<string, string> variables)
    {
        var plain = Names.Plain(PasswordName(profile));
        return variables.FirstOrDefault(x => Names.Plain(x.Key) == plain || Names.Plain(x.Key) == $"nuke{plain}").Value;
    }
}
