using Platform.Peft.Layers;
using Platform.Peft.Prompts;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Linear = Platform.Modeling.Layers.Linear;

namespace Platform.Peft.PTuning;

/// <summary>P = W₂ relu(W₁ [h→; h←]), with h of a bidirectional LSTM over the trained embeddings.</summary>
/// <remarks>
/// Liu, Zheng, Du, Ding, Qian, Yang, Tang: "GPT Understands, Too", 2021 (P-tuning v1), section 3.2.
/// Differs from the paper: as in PEFT, the prompt stands in front of the text instead of in places of a template.
/// </remarks>
internal sealed class LstmPrompt : PromptEncoder
{
    private readonly Parameter _embedding;
    private readonly LSTM _lstm;
    private readonly Linear[] _layers;
    private readonly long _hidden;

    public LstmPrompt(long rows, long width, long hidden, int layers, double dropout, ScalarType dtype, Device device)
    {
        _hidden = hidden;
        _embedding = new Parameter(empty(rows, width, dtype: dtype, device: device));
        _lstm = nn.LSTM(width, hidden, layers, batchFirst: true, dropout: layers > 1 ? dropout : 0, bidirectional: true, device: device, dtype: dtype);
        _layers = [new(2 * hidden, 2 * hidden, bias: true, dtype, device), new(2 * hidden, width, bias: true, dtype, device)];

        // In the order in which PyTorch makes and draws them.
        string[] kinds = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"];
        var names = Enumerable.Range(0, layers).SelectMany(layer => ((string[])["", "_reverse"]).SelectMany(direction => kinds.Select(kind => $"{kind}_l{layer}{direction}")));
        var parameters = _lstm.named_parameters().ToDictionary(item => item.name, item => item.parameter);
        Recurrent = [.. names.Select(name => ($"prompt_encoder.lstm_head.{name}", parameters[name]))];
    }

    private (string Key, Parameter Parameter)[] Recurrent { get; }

    public override IReadOnlyList<(string Key, Parameter Parameter)> Keys =>
        [("prompt_encoder.embedding.weight", _embedding), .. Recurrent, .. _layers.Index().SelectMany(layer => LayerKeys.Of($"prompt_encoder.mlp_head.{2 * layer.Index}", layer.Item))];

    public override Tensor Rows(bool training)
    {
        _lstm.train(training);
        using var sequence = _embedding.unsqueeze(0); // [1, rows, width]
        using var start = zeros([Recurrent.Length / 4, 1, _hidden], _embedding.dtype, _embedding.device); // [layers * directions, 1, hidden]
        var (read, state, cell) = _lstm.call(sequence, (start, start)); // left to itself it makes zeros that nobody disposes
        using var output = read;
        using var lastState = state;
        using var lastCell = cell;
        using var both = output.squeeze(0);           // [rows, 2 * hidden]
        using var first = _layers[0].call(both);
        using var active = first.relu();
        return _layers[1].call(active);
    }

    public override void Draw(Generator generator)
    {
        FreshLayers.Embedding(_embedding, generator);
        foreach (var (_, parameter) in Recurrent) ParameterDraws.Within(parameter, 1 / Math.Sqrt(_hidden), generator);
        foreach (var layer in _layers) FreshLayers.Linear(layer, generator);
    }

    public override void Dispose()
    {
        base.Dispose();
        _lstm.Dispose();
    }
}
