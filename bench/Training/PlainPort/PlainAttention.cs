using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Platform.Training.Bench.PlainPort;

/// <summary>transformers' LlamaAttention with eager_attention_forward.</summary>
internal sealed class PlainAttention : nn.Module<Tensor, (Tensor Cos, Tensor Sin), Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> q_proj, k_proj, v_proj;
    private readonly Linear o_proj;
    private readonly long _width;
    private readonly long _groups;

    public PlainAttention(long hidden, long heads, long keyHeads, long width, Func<Linear, nn.Module<Tensor, Tensor>> adapt)
        : base(nameof(PlainAttention))
    {
        (_width, _groups) = (width, heads / keyHeads);
        q_proj = adapt(nn.Linear(hidden, heads * width, hasBias: false));
        k_proj = nn.Linear(hidden, keyHeads * width, hasBias: false);
        v_proj = adapt(nn.Linear(hidden, keyHeads * width, hasBias: false));
        o_proj = nn.Linear(heads * width, hidden, hasBias: false);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, (Tensor Cos, Tensor Sin) positions, Tensor mask)
    {
        var (batch, length) = (x.shape[0], x.shape[1]);
        var query = Rotate(Split(q_proj), positions);
        var key = Repeat(Rotate(Split(k_proj), positions));
        var value = Repeat(Split(v_proj));

        var weights = (matmul(query, key.transpose(2, 3)) * Math.Pow(_width, -0.5)) + mask;
        weights = nn.functional.softmax(weights, -1, ScalarType.Float32);
        weights = nn.functional.dropout(weights, 0, training);
        var mixed = matmul(weights, value).transpose(1, 2).contiguous();
        return o_proj.forward(mixed.reshape(batch, length, -1).contiguous());

        Tensor Split(nn.Module<Tensor, Tensor> projection) => projection.forward(x).view(batch, length, -1, _width).transpose(1, 2);
    }

    private static Tensor Rotate(Tensor x, (Tensor Cos, Tensor Sin) positions)
    {
        var half = x.shape[^1] / 2;
        var turned = cat([-x.slice(-1, half, 2 * half, 1), x.slice(-1, 0, half, 1)], -1);
        return (x * positions.Cos) + (turned * positions.Sin);
    }

    /// <summary>repeat_kv.</summary>
    private Tensor Repeat(Tensor x)
    {
        if (_groups == 1) return x;
        var (batch, heads, length) = (x.shape[0], x.shape[1], x.shape[2]);
        return x.unsqueeze(2).expand(batch, heads, _groups, length, _width).reshape(batch, heads * _groups, length, _width);
    }
}
