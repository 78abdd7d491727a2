using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Deberta;

/// <summary>
/// softmax((Q Kᵀ + Q Kᵣ(δ(i, j))ᵀ + K Qᵣ(δ(j, i))ᵀ) / √(3 d)) V: content to content, content to position, position to content
/// (He et al., 2021, eq. 4). Differs from the paper: DeBERTa-v2 may project positions with the layers of the content, and the
/// number under the root counts the terms there are.
/// </summary>
public sealed class DisentangledAttention : nn.Module<Tensor, DisentangledContext, Tensor>
{
    [ComponentName(Name = "query_proj")] private readonly nn.Module<Tensor, Tensor> _query;
    [ComponentName(Name = "key_proj")] private readonly nn.Module<Tensor, Tensor> _key;
    [ComponentName(Name = "value_proj")] private readonly nn.Module<Tensor, Tensor> _value;
    [ComponentName(Name = "pos_key_proj")] private readonly nn.Module<Tensor, Tensor>? _positionKey;
    [ComponentName(Name = "pos_query_proj")] private readonly nn.Module<Tensor, Tensor>? _positionQuery;
    private readonly DebertaConfig _config;

    public DisentangledAttention(DebertaConfig config, ScalarType dtype, Device device)
        : base(nameof(DisentangledAttention))
    {
        _config = config;
        _query = Projection();
        _key = Projection();
        _value = Projection();
        _positionKey = config.ScoresContentToPosition && !config.ShareAttentionKey ? Projection() : null;
        _positionQuery = config.ScoresPositionToContent && !config.ShareAttentionKey ? Projection() : null;
        RegisterComponents();

        Linear Projection() => new(config.HiddenSize, config.HiddenSize, bias: true, dtype, device);
    }

    public override Tensor forward(Tensor x, DisentangledContext context) // [batch, positions, hidden]
    {
        using var scope = NewDisposeScope();
        var query = Split(_query.call(x));                                       // [batch, heads, positions, width]
        var key = Split(_key.call(x));
        var scale = Math.Sqrt(query.shape[^1] * _config.ScoreKinds);
        var scores = query.matmul(key.transpose(-1, -2) / scale);                // [batch, heads, queries, keys]
        if (context.Relative is not null) scores = AddPositions(scores, query, key, scale, context);
        if (context.Hidden is not null) scores = scores.masked_fill(context.Hidden, AttentionPattern.Lowest(scores.dtype));

        var weights = Dropout.Of(scores.softmax(-1), _config.AttentionDropout, training);
        return weights.matmul(Split(_value.call(x))).transpose(1, 2).reshape(x.shape).MoveToOuterDisposeScope();
    }

    private Tensor AddPositions(Tensor scores, Tensor query, Tensor key, double scale, DisentangledContext context)
    {
        var relative = Dropout.Of(context.Relative!.alias(), _config.HiddenDropout, training).unsqueeze(0); // [1, 2 · span, hidden]
        if (_config.ScoresContentToPosition)
        {
            var keys = Split((_positionKey ?? _key).call(relative));             // [1, heads, 2 · span, width]
            scores = scores + LookUp(query, keys, context.ContentToPosition!) / scale;
        }

        if (_config.ScoresPositionToContent)
        {
            var queries = Split((_positionQuery ?? _query).call(relative));
            scores = scores + LookUp(key, queries, context.PositionToContent!).transpose(-1, -2) / scale;
        }

        return scores;
    }

    /// <summary>content · table[rows]: every product of a token with the table, and of these the ones its row names.</summary>
    /// <returns>[batch, heads, positions, positions]</returns>
    private static Tensor LookUp(Tensor content, Tensor table, Tensor rows) =>
        content.matmul(table.transpose(-1, -2)).gather(-1, rows.expand(content.shape[0], content.shape[1], -1, -1));

    private Tensor Split(Tensor flat) => flat.view(flat.shape[0], flat.shape[1], _config.Heads, -1).transpose(1, 2);
}
