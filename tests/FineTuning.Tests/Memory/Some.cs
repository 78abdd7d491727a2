using Platform.Data.Collation;
using Platform.Modeling;
using Platform.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.FineTuning.Tests.Memory;

/// <summary>Small models of real families, and rows for them.</summary>
internal static class Some
{
    public static TheoryData<string> Families =>
        ["bloom", "chatglm3", "gemma2", "gemma3-text", "glm", "glm4", "gpt2", "llama", "mistral", "mixtral", "opt-125m-like", "opt-350m-like", "phi3", "qwen2", "qwen3"];

    /// <summary>Two rows of unequal length, of which some tokens are not learned.</summary>
    public static IReadOnlyList<SupervisedExample> Rows =>
    [
        new([5, 9, 7, 3, 11, 21, 8, 2], [-100, -100, 7, 3, 11, 21, 8, 2]),
        new([4, 6, 13, 12, 2], [-100, -100, -100, 12, 2]),
    ];

    public static CausalLanguageModel Model(string family) =>
        PretrainedModel.Load<CausalLanguageModel>(Path.Combine(RepositoryFolder.Root, "tests", "fixtures", "models", family), CPU);

    /// <summary>A model in training of which every parameter is trained.</summary>
    public static CausalLanguageModel Trained(string family)
    {
        var model = Model(family);
        foreach (var parameter in model.parameters()) parameter.requires_grad_();
        model.train();
        return model;
    }

    /// <summary>Copies of the gradients there are, by name; the originals are cleared.</summary>
    public static Dictionary<string, float[]> TakeGradients(IEnumerable<(string Name, Tensor Tensor)> parameters)
    {
        Dictionary<string, float[]> gradients = [];
        foreach (var (name, tensor) in parameters)
        {
            using var gradient = tensor.grad;
            if (gradient is null) continue;
            using var plain = gradient.contiguous();
            gradients[name] = plain.data<float>().ToArray();
            tensor.grad = null;
        }

        return gradients;
    }
}
