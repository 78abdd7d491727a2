using Platform.Modeling;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Platform.Peft.Layers;

/// <summary>
/// Parameters of the base model that an adapter trains in place, such as biases or a new head, or replaces. Their first values are kept,
/// so that the base can be had back bit by bit.
/// </summary>
internal sealed class BaseParameters : IDisposable
{
    private readonly List<(string Name, Parameter Parameter, Tensor Other)> _parameters;
    private bool _trained = true;

    /// <param name="parameters">by their names in the adapter's file</param>
    /// <param name="frozen">whether they keep the values that the adapter gives them at first</param>
    public BaseParameters(IEnumerable<(string Name, Parameter Parameter)> parameters, bool frozen = false)
    {
        _parameters = [.. parameters.Select(item => (item.Name, item.Parameter, item.Parameter.detach().clone().DetachFromDisposeScope()))];
        foreach (var (_, parameter, _) in _parameters) parameter.requires_grad = !frozen;
    }

    public IEnumerable<(string Name, Parameter Parameter)> Parameters => _parameters.Select(item => (item.Name, item.Parameter));

    /// <summary>Exchanges the trained values and the first ones.</summary>
    public void Show(bool trained)
    {
        if (trained == _trained) return;
        _trained = trained;
        using var noGradients = no_grad();
        foreach (var (_, parameter, other) in _parameters)
        {
            using var shown = parameter.detach().clone();
            parameter.copy_(other);
            other.copy_(shown);
        }
    }

    /// <summary>Those that belong to modules named so.</summary>
    public static IEnumerable<(string Name, Parameter Parameter)> Of(PretrainedModel model, IReadOnlyList<string> modules) => modules.Count == 0
        ? []
        : model.named_parameters()
            .Where(item => Inside(item.name).Any(path => ModulePattern.List(modules).Match(path) != ModuleMatch.None))
            .Select(item => (item.name, item.parameter));

    // The modules around a parameter, from the inside out.
    private static IEnumerable<string> Inside(string name)
    {
        for (var dot = name.LastIndexOf('.'); dot > 0; dot = name.LastIndexOf('.', dot - 1)) yield return name[..dot];
    }

    public void Dispose()
    {
        foreach (var (_, _, other) in _parameters) other.Dispose();
        _parameters.Clear();
    }
}
