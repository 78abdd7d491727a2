using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Peft.Configuration;
using Platform.Peft.Prompts;
using static TorchSharp.torch;

namespace Platform.Peft.PrefixTuning;

/// <summary>What a tuned prefix is; the names in brackets are those of PEFT's adapter_config.json.</summary>
public record PrefixTuningOptions : PromptOptions
{
    public override string PeftType => "PREFIX_TUNING";

    /// <summary>Whether an MLP computes the prefix while it is trained [prefix_projection].</summary>
    public bool Projection { get; init; }

    /// <summary>The MLP's width; null: that of the keys [encoder_hidden_size].</summary>
    public int? EncoderWidth { get; init; }

    /// <summary>The probability of dropping a value of the prefix while training, drawn for every text; PEFT has no such key and files are written without it [prefix_dropout].</summary>
    public double Dropout { get; init; }

    public override string Summary => $"{VirtualTokens} keys and values in front of every block's{(Projection ? ", computed by an MLP" : "")}.";

    public override IReadOnlyList<string> Problems()
    {
        List<string> problems = [.. base.Problems()];
        if (EncoderWidth < 1) problems.Add($"encoder_hidden_size is {EncoderWidth}; it must be at least 1, commonly the model's width.");
        if (double.IsNaN(Dropout) || Dropout is < 0 or >= 1) problems.Add($"prefix_dropout is {Dropout}; it must lie in [0, 1).");
        return problems;
    }

    internal override bool FileIsComplete => !Projection;

    internal override PromptShape ShapeOn(PretrainedModel model) => PromptShape.OfKeys(model);

    internal override long RowWidth(PromptShape shape) => 2L * shape.Layers * shape.Width;

    internal override PromptEncoder CreateEncoder(PromptShape shape, ScalarType dtype, Device device) => Projection
        ? new ProjectedPrefix(VirtualTokens, shape.Width, EncoderWidth ?? shape.Width, RowWidth(shape), dtype, device)
        : new PromptTable(VirtualTokens, RowWidth(shape), dtype, device);

    internal override IPromptPlace PlaceIn(PretrainedModel model, PromptShape shape, Func<Tensor> rows) => new KeysPlace(model, VirtualTokens, shape, rows, Dropout);

    internal override void Write(IDictionary<string, JsonNode?> keys)
    {
        base.Write(keys);
        keys["encoder_hidden_size"] = EncoderWidth ?? Shape!.Width;
        keys["init_weights"] = null;
        keys["prefix_projection"] = Projection;
    }

    internal static PrefixTuningOptions Read(AdapterFields fields)
    {
        fields.MustBeOff(new Dictionary<string, string> { ["init_weights"] = "null" });
        return Read(fields, new PrefixTuningOptions
        {
            Projection = fields.Flag("prefix_projection"),
            EncoderWidth = fields.Json["encoder_hidden_size"] is null ? null : fields.Whole("encoder_hidden_size", 1),
            Dropout = fields.Real("prefix_dropout", 0),
        });
    }
}
