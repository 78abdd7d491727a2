using System.Collections;
using System.Reflection;

namespace Platform.Modeling.ChatTemplates.Jinja;

/// <summary>Finds which variables a macro names: it takes surplus arguments only if it names <c>varargs</c> or <c>kwargs</c>.</summary>
internal static class MacroVariables
{
    public static IReadOnlySet<string> Of(IReadOnlyList<Statement> body)
    {
        HashSet<string> names = [];
        Collect(body, names);
        return names;
    }

    // The nodes are records; their properties are their children.
    private static void Collect(object? node, HashSet<string> names)
    {
        Sizes.CheckStack();
        switch (node)
        {
            case null or string:
                return;
            case Expression.Variable variable:
                names.Add(variable.Name);
                return;
            case IEnumerable items:
                foreach (var item in items) Collect(item, names);
                return;
            case System.Runtime.CompilerServices.ITuple tuple:
                for (var i = 0; i < tuple.Length; i++) Collect(tuple[i], names);
                return;
            case Expression or Statement or Arguments:
                foreach (var property in node.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)) Collect(property.GetValue(node), names);
                return;
        }
    }
}
