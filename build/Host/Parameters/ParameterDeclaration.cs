using System.Reflection;
using Host.Words;
using Nuke.Common;

namespace Host.Parameters;

/// <summary>What the build says of one parameter, and how it is written in each place that can give it.</summary>
internal sealed record ParameterDeclaration(string Name, Type Type)
{
    public string? Description { get; init; }
    public bool IsSecret { get; init; }
    public bool IsRequired { get; init; }
    public bool IsListed { get; init; } = true;
    public char? Separator { get; init; }
    public MemberInfo? Member { get; init; }

    /// <summary>The only values allowed, if the build names them; read when needed, since it may cost time.</summary>
    public Func<IReadOnlyList<string>>? ValueProvider { get; init; }

    public string Option { get; } = Names.Kebab(Name);

    public bool IsArray => Type.IsArray;

    /// <summary>The type of one item, without its <c>?</c>.</summary>
    public Type ItemType
    {
        get
        {
            var item = Type.IsArray ? Type.GetElementType()! : Type;
            return Nullable.GetUnderlyingType(item) ?? item;
        }
    }

    public bool IsFlag => !IsArray && ItemType == typeof(bool);

    /// <summary>The environment variables that give it; they are equal.</summary>
    public IReadOnlyList<string> Variables
    {
        get
        {
            var snake = Names.UpperSnake(Name);
            return [snake, Name, $"NUKE_{snake}"];
        }
    }

    /// <summary>The only values allowed, as they are written on the command line; empty if any value may be.</summary>
    public IReadOnlyList<string> Values
    {
        get
        {
            if (ValueProvider is not null)
                return ValueProvider();
            return ItemType.IsEnum ? [.. Enum.GetNames(ItemType).Select(Names.Kebab)] : [];
        }
    }

    public OptionSpec ToOption() =>
        new(Option, IsFlag ? OptionArity.Flag : IsArray ? OptionArity.Many : OptionArity.One);

    /// <summary>How to give the parameter, for an error that misses it.</summary>
    public string HowToGive() => IsSecret
        ? $"{Variables[0]} in the environment"
        : $"--{Option} (environment: {Variables[0]})";

    public static ParameterDeclaration Read(MemberInfo member, ParameterAttribute attribute, NukeBuild build) =>
        new(attribute.Name ?? member.Name, MemberAccess.TypeOf(member))
        {
            Description = attribute.Description,
            IsSecret = member.IsDefined(typeof(SecretAttribute)),
            IsRequired = member.IsDefined(typeof(RequiredAttribute)),
            IsListed = attribute.List,
            Separator = attribute.Separator is { Length: > 0 } separator ? separator[0] : null,
            Member = member,
            ValueProvider = attribute.ValueProviderMember is { } provider
                ? () => MemberAccess.Values(attribute.ValueProviderType ?? build.GetType(), provider, build)
                : null,
        };
}
