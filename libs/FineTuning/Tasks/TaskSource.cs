using Platform.Data.Cache;
using Platform.Data.Collation;
using Platform.FineTuning.Supervised;
using static TorchSharp.torch;

namespace Platform.FineTuning.Tasks;

/// <summary>What a model for a task is made from.</summary>
/// <param name="Folder">a Hugging Face model folder, in full precision or in four bits</param>
public sealed record TaskSource(string Folder, Device Device)
{
    /// <summary>Folders of adapters, in the order in which they were trained; they become part of the model.</summary>
    public IReadOnlyList<string> Adapters { get; init; } = [];

    /// <summary>The type to compute in; the stored one if absent.</summary>
    public ScalarType? Dtype { get; init; }

    /// <summary>The longest input, in tokens.</summary>
    public int MaxLength { get; init; } = 512;

    /// <summary>How texts become tokens with labels; its length is <see cref="MaxLength"/>.</summary>
    public SupervisedEncoding Encoding { get; init; } = new();

    /// <summary>Where tokenized texts are kept on disk, so that a dataset may be larger than memory; null: in memory.</summary>
    public TokenCache? Tokens { get; init; }

    /// <summary>How texts share rows: a name in <see cref="PackingCatalog"/>.</summary>
    public string Packing { get; init; } = PackingCatalog.None;

    /// <summary>The dataset's labels in the order of their ids; none where it has numbers or no labels at all.</summary>
    public IReadOnlyList<string> LabelNames { get; init; } = [];

    /// <summary>How the model is trained, as far as its objective needs to know it.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>Draws the weights of a head that the folder does not hold.</summary>
    public long Seed { get; init; }
}
