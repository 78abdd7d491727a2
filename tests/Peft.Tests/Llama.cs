using Platform.Modeling;
using Platform.Testing;
using static TorchSharp.torch;

namespace Platform.Peft.Tests;

/// <summary>The two-layer llama of the fixtures and inputs for it.</summary>
internal static class Llama
{
    public static string Folder { get; } = Path.Combine(RepositoryFolder.Fixtures, "peft", "_base", "llama");

    public static string Adapter(string name) => Path.Combine(RepositoryFolder.Fixtures, "peft", name, "adapter");

    public static CausalLanguageModel Load() => PretrainedModel.Load<CausalLanguageModel>(Folder, CPU);

    /// <summary>Logits [1, 6, vocabulary] of a fixed input, without those of virtual tokens.</summary>
    public static Tensor Logits(CausalLanguageModel model)
    {
        using var noGradients = no_grad();
        using var ids = tensor(new long[] { 1, 17, 42, 99, 5, 64 }, [1, 6]);
        return VirtualTokens.OwnOutputs(model.Logits(ids), ids);
    }
}
