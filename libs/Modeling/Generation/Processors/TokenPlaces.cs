using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Generation.Processors;

/// <summary>Single places of a score matrix, collected and then changed together.</summary>
internal sealed class TokenPlaces(Tensor scores)
{
    private readonly long _vocabulary = scores.shape[1];
    private readonly List<long> _places = [];

    /// <exception cref="ArgumentException">The vocabulary has no such token.</exception>
    public void Add(int row, int token) => _places.Add(
        token >= 0 && token < _vocabulary
            ? row * _vocabulary + token
            : throw new ArgumentException($"The token {token} is to be changed; the model's vocabulary is 0..{_vocabulary - 1}."));

    public void Forbid() => Set(float.NegativeInfinity);

    public void Set(float value) => Change(old => full_like(old, value));

    /// <param name="change">given the scores at the places, [places], in the order they were added; gives the new ones</param>
    public void Change(Func<Tensor, Tensor> change)
    {
        if (_places.Count == 0) return;
        using var places = tensor(_places.ToArray(), device: scores.device);
        using var flat = scores.view(-1);
        using var old = flat.index_select(0, places);
        using var changed = change(old);
        flat.index_copy_(0, places, changed);
    }
}
