using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Modeling.Tokenization;
using Platform.Peft.Configuration;
using Platform.Peft.Prompts;
using static TorchSharp.torch;

namespace Platform.Peft.PromptTuning;

/// <summary>What a tuned prompt is; the names in brackets are those of PEFT's adapter_config.json.</summary>
/// <remarks>
/// The model reads [P; E(x)]: trained rows P, one per virtual token, in front of the embedded text.
/// Lester, Al-Rfou, Constant: "The Power of Scale for Parameter-Efficient Prompt Tuning", 2021.
/// Differs from the paper: random rows are normal instead of uniform in ±0.5; vocabulary rows are drawn from the whole vocabulary instead
/// of the 5,000 most common tokens; rows of class labels are given as a text. As in PEFT, a model with encoder and decoder keeps twice the rows, of which
/// the encoder's input gets the first half.
/// </remarks>
public sealed record PromptTuningOptions : PromptOptions
{
    private static readonly Dictionary<string, PromptInit> Inits = new() { ["RANDOM"] = PromptInit.Random, ["TEXT"] = PromptInit.Text, ["SAMPLE_VOCAB"] = PromptInit.Vocabulary };

    public override string PeftType => "PROMPT_TUNING";

    /// <summary>Where the first rows come from [prompt_tuning_init].</summary>
    public PromptInit Init { get; init; }

    /// <summary>The text whose tokens give the first rows, cut or repeated [prompt_tuning_init_text].</summary>
    public string? InitText { get; init; }

    /// <summary>The folder of the tokenizer for the text [tokenizer_name_or_path].</summary>
    public string? Tokenizer { get; init; }

    /// <summary>The text's tokens, for those who have the tokenizer at hand; null: the folder's tokenizer is asked.</summary>
    public IReadOnlyList<int>? InitTokens { get; init; }

    public override string Summary => $"{VirtualTokens} virtual tokens in front of the text.";

    public override IReadOnlyList<string> Problems()
    {
        List<string> problems = [.. base.Problems()];
        if (Init != PromptInit.Text) return problems;

        if (string.IsNullOrEmpty(InitText)) problems.Add("prompt_tuning_init is TEXT, but prompt_tuning_init_text is missing; give a text, e.g. the task in words.");
        if (InitTokens is []) problems.Add("The tokens of prompt_tuning_init_text are none; give a text that has some.");
        return problems;
    }

    internal override AdapterOptions ForNew(PretrainedModel model) => Init == PromptInit.Text && Tokenizer is null && InitTokens is null
        ? throw new ArgumentException("prompt_tuning_init is TEXT, but tokenizer_name_or_path is missing; name the folder of the model's tokenizer.")
        : base.ForNew(model);

    internal override bool FileIsComplete => true;

    internal override PromptShape ShapeOn(PretrainedModel model) => PromptShape.OfInputs(model);

    internal override long RowWidth(PromptShape shape) => shape.Width;

    internal override long RowCount(PromptShape shape) => (long)VirtualTokens * shape.Stacks;

    internal override PromptEncoder CreateEncoder(PromptShape shape, ScalarType dtype, Device device) => new PromptTable(RowCount(shape), RowWidth(shape), dtype, device);

    internal override IPromptPlace PlaceIn(PretrainedModel model, PromptShape shape, Func<Tensor> rows) => new InputPlace(model, VirtualTokens, rows);

    internal override void Draw(PromptEncoder encoder, PretrainedModel model, Generator generator)
    {
        encoder.Draw(generator); // also before it is overwritten, as PEFT does, so that the generator moves on alike
        if (Init == PromptInit.Random) return;

        using var noGradients = no_grad();
        var table = PromptShape.Embedding(model).Module.Weight;
        var target = ((PromptTable)encoder).Weight;
        using var ids = Init == PromptInit.Text ? TextIds(target.shape[0]) : randint(0, table.shape[0], [target.shape[0]], ScalarType.Int64, generator: generator);
        using var there = ids.to(table.device);
        using var rows = table.index_select(0, there);
        target.copy_(rows);
    }

    private Tensor TextIds(long count)
    {
        var tokens = InitTokens ?? Modeling.Tokenization.Tokenizer.Load(Tokenizer!).Encode(InitText!).Ids;
        if (tokens.Count == 0) throw new ArgumentException($"prompt_tuning_init_text '{InitText}' has no tokens; give a text that has some.");
        return tensor([.. Enumerable.Range(0, (int)count).Select(place => (long)tokens[place % tokens.Count])]);
    }

    internal override void Write(IDictionary<string, JsonNode?> keys)
    {
        base.Write(keys);
        keys["prompt_tuning_init"] = Inits.First(pair => pair.Value == Init).Key;
        keys["prompt_tuning_init_text"] = InitText;
        keys["tokenizer_kwargs"] = null;
        keys["tokenizer_name_or_path"] = Tokenizer ?? (Init == PromptInit.Text ? BaseModel : null); // PEFT insists on one
    }

    internal static PromptTuningOptions Read(AdapterFields fields)
    {
        fields.MustBeOff(new Dictionary<string, string> { ["tokenizer_kwargs"] = "null" });
        return Read(fields, new PromptTuningOptions
        {
            Init = fields.Choice("prompt_tuning_init", PromptInit.Random, Inits),
            InitText = fields.Text("prompt_tuning_init_text"),
            Tokenizer = fields.Text("tokenizer_name_or_path"),
        });
    }
}

/// <summary>Where the first rows of a prompt come from.</summary>
public enum PromptInit
{
    /// <summary>A normal distribution.</summary>
    Random,

    /// <summary>The embeddings of a text's tokens.</summary>
    Text,

    /// <summary>The embeddings of tokens drawn from the vocabulary.</summary>
    Vocabulary,
}
