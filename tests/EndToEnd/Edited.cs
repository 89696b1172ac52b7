using System.Text.Json.Nodes;

namespace Tests.EndToEnd;

/// <summary>A profile with something else in it, for a while.</summary>
internal sealed class Edited : IDisposable
{
    private readonly string _path;
    private readonly string _text;

    public Edited(Checkout checkout, Action<JsonObject> change)
    {
        (_path, _text) = (checkout.Profile, File.ReadAllText(checkout.Profile));
        checkout.Configure(change);
    }

    public void Dispose() => File.WriteAllText(_path, _text);
}
