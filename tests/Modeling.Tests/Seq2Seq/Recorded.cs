using Platform.Modeling.Checkpoints;
using Platform.Modeling.Tasks;
using Platform.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Tests.Seq2Seq;

/// <summary>The recorded encoder-decoder models and an input of theirs with two rows.</summary>
internal static class Recorded
{
    public static readonly IReadOnlyList<string> Names = ["t5", "t5-v1_1", "whisper"];

    public static string Folder(string name) => Path.Combine(RepositoryFolder.Fixtures, "models", name);

    public static Seq2SeqModel Model(string name) => PretrainedModel.Load<Seq2SeqModel>(Folder(name), CPU);

    public static SourceInputs Source(string name)
    {
        using var golden = new SafeTensorsReader(Path.Combine(Folder(name), "golden.safetensors"));
        return golden.Contains("base.input_features")
            ? new SourceInputs(golden.Read("base.input_features"))
            : new SourceInputs(golden.Read("base.input_ids"), golden.Read("base.attention_mask"));
    }
}
