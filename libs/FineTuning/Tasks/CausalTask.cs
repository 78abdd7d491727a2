using System.Security.Cryptography;
using Platform.Data.Cache;
using Platform.Data.Collation;
using Platform.Data.Formats;
using Platform.FineTuning.Supervised;
using Platform.Modeling;
using Platform.Modeling.ChatTemplates;

namespace Platform.FineTuning.Tasks;

/// <summary>Continue texts: completions, turns of an assistant, or whole texts.</summary>
public sealed class CausalTask : TaskModel
{
    private readonly List<IDisposable> _rowsOnDisk = [];

    private CausalTask(TaskSource source, LoadedModel loaded)
        : base(source, loaded, "CAUSAL_LM") => (Model, Chats) = ((CausalLanguageModel)loaded.Model, ChatTemplate.Load(source.Folder));

    public new CausalLanguageModel Model { get; }

    /// <summary>Null for a model that knows no conversations.</summary>
    public ChatTemplate? Chats { get; }

    /// <summary>Packing that cuts rows itself gets them whole.</summary>
    public SupervisedEncoder Encoder => new(Tokenizer, Source.Encoding with { MaxLength = Packing is { TakesAnyLength: true } ? int.MaxValue : Source.MaxLength }, Chats);

    private IPacking? Packing => PackingCatalog.Get(Source.Packing);

    /// <inheritdoc cref="LoadedModel.LoadCausal"/>
    public static CausalTask Load(TaskSource source) => LoadedModel.LoadCausal(source).For(loaded => new CausalTask(source, loaded));

    /// <exception cref="ChatTemplateMissingException">The rows are conversations, and there is no chat template.</exception>
    /// <inheritdoc/>
    public override async Task<TaskRows> ReadAsync(Stream content, IRowFormat format, CancellationToken stop)
    {
        var dataset = await EncodeAsync(content, format, stop);
        var objective = new SupervisedObjective(Model, PackedRows.Of(dataset.Rows, Packing, Source.MaxLength))
        {
            Checkpointing = Source.Training.Checkpointing,
            LabelSmoothing = Source.Training.LabelSmoothing,
            Noise = Source.Training.NeftuneAlpha > 0 ? new(Source.Training.NeftuneAlpha) : null,
        };
        return new(objective, dataset.LeftOut) { Tokens = dataset.Tokens };
    }

    // Templates of turns are data without a digest: what they write is not kept.
    private async Task<SupervisedRows> EncodeAsync(Stream content, IRowFormat format, CancellationToken stop)
    {
        if (Source.Tokens is not { } cache || Source.Encoding.Turns is not null || !content.CanSeek) return await SupervisedRows.ReadAsync(content, format, Encoder, stop);
        var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, stop));
        content.Position = 0;
        var key = new TokenCacheKey(digest, TokenizerDigest.Of(Source.Folder), $"{format.Name} {Encoder.MaxLength} {Source.Encoding}");
        var dataset = await SupervisedRows.ReadAsync(content, format, Encoder, cache, key, stop);
        _rowsOnDisk.Add((IDisposable)dataset.Rows);
        return dataset;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _rowsOnDisk.ForEach(rows => rows.Dispose());
        base.Dispose(disposing);
    }
}
