using System.Reflection;
using Host.Graph;
using Host.Words;
using Nuke.Common;

namespace Host.Parameters;

/// <summary>Reads the parameters of a build from its members.</summary>
internal static class ParameterCatalog
{
    /// <summary>All parameters, by name.</summary>
    /// <exception cref="BuildDefinitionException">Two parameters, or one and an option of the host, share a name.</exception>
    public static IReadOnlyList<ParameterDeclaration> Read(NukeBuild build)
    {
        var declarations = new List<ParameterDeclaration>();
        for (var type = build.GetType(); type is not null && type != typeof(NukeBuild); type = type.BaseType)
        {
            foreach (var member in type.GetMembers(MemberAccess.All | BindingFlags.DeclaredOnly))
            {
                // Asking a method for its attributes costs as much as asking a field, and there are many methods.
                if (member is FieldInfo or PropertyInfo && member.GetCustomAttribute<ParameterAttribute>() is { } attribute)
                    declarations.Add(ParameterDeclaration.Read(member, attribute, build));
            }
        }

        var taken = new HashSet<string>(HostOptions.All.Select(x => Names.Plain(x.Word)));
        foreach (var declaration in declarations)
        {
            if (!taken.Add(Names.Plain(declaration.Name)))
                throw new BuildDefinitionException($"The name of parameter {declaration.Name} is taken.");
            ValueConverter.RefuseUnknownType(declaration);
        }

        declarations.Sort((x, y) => string.CompareOrdinal(x.Name, y.Name));
        return declarations;
    }
}
