using Platform.Peft.Layers;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Platform.Peft.LoKr;

/// <summary>One side of a Kronecker product: a matrix, or the product of two of low rank.</summary>
internal sealed class LoKrFactor
{
    private readonly string _name;
    private readonly Parameter? _whole;
    private readonly Parameter? _up;
    private readonly Parameter? _down;

    /// <param name="rank">null: undivided</param>
    public LoKrFactor(string name, long rows, long columns, int? rank, Device device)
    {
        _name = name;
        if (rank is { } inner) (_up, _down) = (new Parameter(zeros(rows, inner, device: device)), new Parameter(zeros(inner, columns, device: device)));
        else _whole = new Parameter(zeros(rows, columns, device: device));
    }

    public IEnumerable<(string Key, Parameter Parameter)> Keys => _whole is not null ? [(_name, _whole)] : [(_name + "_a", _up!), (_name + "_b", _down!)];

    /// <summary>The matrix, [rows, columns].</summary>
    public Tensor Matrix() => _whole?.alias() ?? _up!.mm(_down!);

    /// <summary>x Mᵀ on the last dimension.</summary>
    public Tensor Apply(Tensor x)
    {
        if (_whole is not null) return nn.functional.linear(x, _whole);
        using var narrow = nn.functional.linear(x, _down!);
        return nn.functional.linear(narrow, _up!);
    }

    /// <param name="zero">which of the parts is zero: <c>a</c>, <c>b</c>, or none; an undivided matrix is zero with either</param>
    public void Draw(char? zero, Generator generator)
    {
        foreach (var (key, parameter) in Keys)
        {
            if (zero is { } part && (_whole is not null || key[^1] == part)) continue; // as it is
            ParameterDraws.Uniform(parameter, parameter.shape[1], generator);
        }
    }
}
