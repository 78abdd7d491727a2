using System.Reflection;
using static TorchSharp.torch;

namespace Platform.Modeling;

/// <summary>A model as a tree of named modules, whose leaves can be exchanged: adapters wrap them, quantizers replace them.</summary>
public static class ModuleTree
{
    /// <summary>The module at a dotted path such as <c>model.layers.0.self_attn.q_proj</c>.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists the names at the place where the path ends.</exception>
    public static nn.Module Find(nn.Module root, string path)
    {
        var module = root;
        foreach (var name in path.Split('.'))
        {
            module = Child(module, name) ?? throw new ArgumentException(
                $"There is no module '{name}' of the path '{path}'; there are {string.Join(", ", module.named_children().Select(child => child.name))}.");
        }

        return module;
    }

    /// <summary>All modules of a type with their dotted paths, in the order of the model.</summary>
    public static IEnumerable<(string Path, T Module)> OfType<T>(nn.Module root)
        where T : nn.Module =>
        Descendants(root, "").Where(pair => pair.Module is T).Select(pair => (pair.Path, (T)pair.Module));

    /// <summary>
    /// Puts a module in the place of another: in the registry, which names parameters, at the same position, and in the field
    /// through which the parent calls it. The old module is returned, not disposed: the new one may wrap it.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such module, or the parent's field cannot hold the new one.</exception>
    public static nn.Module<Tensor, Tensor> Replace(nn.Module root, string path, nn.Module<Tensor, Tensor> replacement)
    {
        var dot = path.LastIndexOf('.');
        var (parent, name) = dot < 0 ? (root, path) : (Find(root, path[..dot]), path[(dot + 1)..]);
        var old = Find(parent, name) as nn.Module<Tensor, Tensor>
            ?? throw new ArgumentException($"The module '{path}' does not map a tensor to a tensor, so it cannot be replaced.");

        FieldOf(parent, old, path, replacement).SetValue(parent, replacement);
        replacement.train(parent.training);

        // Registering again appends, so all children are, in their order.
        var children = parent.named_children().ToList();
        foreach (var (childName, _) in children) parent.register_module(childName, null!);
        foreach (var (childName, child) in children) parent.register_module(childName, ReferenceEquals(child, old) ? replacement : child);
        return old;
    }

    // named_modules does not keep the order.
    private static IEnumerable<(string Path, nn.Module Module)> Descendants(nn.Module parent, string prefix)
    {
        foreach (var (name, child) in parent.named_children())
        {
            yield return (prefix + name, child);
            foreach (var below in Descendants(child, $"{prefix}{name}.")) yield return below;
        }
    }

    private static nn.Module? Child(nn.Module module, string name) => module.named_children().FirstOrDefault(child => child.name == name).module;

    private static FieldInfo FieldOf(nn.Module parent, nn.Module old, string path, nn.Module replacement)
    {
        for (var type = parent.GetType(); type is not null; type = type.BaseType)
        {
            var field = type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                .FirstOrDefault(field => typeof(nn.Module).IsAssignableFrom(field.FieldType) && ReferenceEquals(field.GetValue(parent), old));
            if (field is null) continue;

            return field.FieldType.IsInstanceOfType(replacement)
                ? field
                : throw new ArgumentException($"The module '{path}' is held as a {field.FieldType.Name} and cannot become a {replacement.GetType().Name}.");
        }

        throw new ArgumentException($"The module '{path}' is not held in a field of {parent.GetType().Name}, so it cannot be replaced.");
    }
}
