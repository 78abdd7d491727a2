namespace Platform.Modeling.ChatTemplates.Jinja;

/// <summary>The variables of a block; what it lacks is looked up in the blocks around it.</summary>
internal sealed class Scope(Scope? parent)
{
    private readonly Dictionary<string, object?> _variables = new(StringComparer.Ordinal);

    public object? this[string name]
    {
        get
        {
            for (var scope = this; scope is not null; scope = scope.Parent)
            {
                if (scope._variables.TryGetValue(name, out var value)) return value;
            }

            return new Undefined($"'{name}' is undefined");
        }
        set => _variables[name] = value;
    }

    private Scope? Parent { get; } = parent;
}
