using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Peft.Configuration;
using Platform.Peft.Prompts;
using static TorchSharp.torch;

namespace Platform.Peft.PTuning;

/// <summary>What a P-tuning prompt is; the names in brackets are those of PEFT's adapter_config.json.</summary>
public sealed record PTuningOptions : PromptOptions
{
    private static readonly Dictionary<string, PTuningEncoder> Encoders = new() { ["MLP"] = PTuningEncoder.Mlp, ["LSTM"] = PTuningEncoder.Lstm };

    public override string PeftType => "P_TUNING";

    /// <summary>What computes the prompt [encoder_reparameterization_type].</summary>
    public PTuningEncoder Encoder { get; init; }

    /// <summary>The encoder's width; null: that of a token [encoder_hidden_size].</summary>
    public int? EncoderWidth { get; init; }

    /// <summary>Layers of the LSTM; the MLP has three matrices in any case [encoder_num_layers].</summary>
    public int EncoderLayers { get; init; } = 2;

    /// <summary>The probability of dropping a value between the LSTM's layers while training [encoder_dropout].</summary>
    public double EncoderDropout { get; init; }

    public override string Summary => $"{VirtualTokens} virtual tokens in front of the text, computed by an {(Encoder == PTuningEncoder.Mlp ? "MLP" : "LSTM")}.";

    public override IReadOnlyList<string> Problems()
    {
        List<string> problems = [.. base.Problems()];
        if (EncoderWidth < 1) problems.Add($"encoder_hidden_size is {EncoderWidth}; it must be at least 1, commonly the model's width.");
        if (EncoderLayers < 1) problems.Add($"encoder_num_layers is {EncoderLayers}; it must be at least 1, commonly 2.");
        if (double.IsNaN(EncoderDropout) || EncoderDropout is < 0 or >= 1) problems.Add($"encoder_dropout is {EncoderDropout}; it must lie in [0, 1).");
        return problems;
    }

    internal override bool FileIsComplete => false;

    internal override PromptShape ShapeOn(PretrainedModel model) => PromptShape.OfInputs(model);

    internal override long RowWidth(PromptShape shape) => shape.Width;

    internal override long RowCount(PromptShape shape) => (long)VirtualTokens * shape.Stacks;

    internal override PromptEncoder CreateEncoder(PromptShape shape, ScalarType dtype, Device device) => Encoder == PTuningEncoder.Mlp
        ? new MlpPrompt(RowCount(shape), shape.Width, EncoderWidth ?? shape.Width, dtype, device)
        : new LstmPrompt(RowCount(shape), shape.Width, EncoderWidth ?? shape.Width, EncoderLayers, EncoderDropout, dtype, device);

    internal override IPromptPlace PlaceIn(PretrainedModel model, PromptShape shape, Func<Tensor> rows) => new InputPlace(model, VirtualTokens, rows);

    internal override void Write(IDictionary<string, JsonNode?> keys)
    {
        base.Write(keys);
        keys["encoder_dropout"] = PythonValues.Float(EncoderDropout);
        keys["encoder_hidden_size"] = EncoderWidth ?? Shape!.Width;
        keys["encoder_num_layers"] = EncoderLayers;
        keys["encoder_reparameterization_type"] = Encoders.First(pair => pair.Value == Encoder).Key;
    }

    internal static PTuningOptions Read(AdapterFields fields) => Read(fields, new PTuningOptions
    {
        Encoder = fields.Choice("encoder_reparameterization_type", PTuningEncoder.Mlp, Encoders),
        EncoderWidth = fields.Json["encoder_hidden_size"] is null ? null : fields.Whole("encoder_hidden_size", 1),
        EncoderLayers = fields.Whole("encoder_num_layers", 2),
        EncoderDropout = fields.Real("encoder_dropout", 0),
    });
}

/// <summary>What computes a prompt from its trained embeddings.</summary>
public enum PTuningEncoder
{
    Mlp,
    Lstm,
}
