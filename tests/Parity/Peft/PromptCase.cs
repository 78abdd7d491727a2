using Platform.Modeling;
using Platform.Modeling.Checkpoints;
using Platform.Parity.Tensors;
using Platform.Peft;
using Platform.Peft.PromptTuning;
using static TorchSharp.torch;

namespace Platform.Parity.Peft;

/// <summary>What a file does not hold of a prompt: the encoder that computes it, and the text it began with.</summary>
internal static class PromptCase
{
    /// <param name="gradients">compares the gradients of an adapter that can be trained</param>
    public static void Check(Comparison comparison, GoldenCase golden, PretrainedModel model, string folder, Action<Comparison, GoldenCase, IAdapter> gradients)
    {
        if (golden.Names.Any(name => name.StartsWith("param.", StringComparison.Ordinal))) Encoder(comparison, golden, model, folder, gradients);
        if (golden.Has("init.text_ids")) TextInit(comparison, golden, model, folder);
    }

    /// <summary>Gives a new adapter parameters of the case by their names, those that the model has from a file.</summary>
    public static IAdapter Trainable(GoldenCase golden, PretrainedModel model, string folder, string prefix)
    {
        var adapter = Adapters.Attach(model, AdapterFiles.ReadOptions(folder), new Generator(1));
        using var noGradients = no_grad();
        using var file = new SafeTensorsReader(Path.Combine(folder, AdapterFiles.WeightsFile));
        foreach (var (name, parameter) in adapter.Parameters)
        {
            using var value = golden.Has(prefix + name) ? golden.Read(prefix + name) : file.Read(name);
            parameter.copy_(value);
        }

        return adapter;
    }

    /// <summary>PEFT drops the positions that generation computes where the prompt is embedded, so padding counts.</summary>
    public static Tensor? Positions(PretrainedModel model, Tensor ids) => model.Virtual is VirtualInputs
        ? arange(ids.shape[1], ScalarType.Int64).unsqueeze(0).expand(ids.shape[0], -1)
        : null;

    /// <summary>The encoder's parameters after training, where there is one.</summary>
    public static void Final(Comparison comparison, GoldenCase golden, IAdapter adapter)
    {
        var (absolute, relative) = AdapterCase.Tolerance(golden, "final");
        foreach (var (name, parameter) in adapter.Parameters.Where(item => item.Name.StartsWith("prompt_encoder.", StringComparison.Ordinal)))
            comparison.Close($"final {name}", parameter, golden.Read($"final.{name}"), absolute, relative);
    }

    private static void Encoder(Comparison comparison, GoldenCase golden, PretrainedModel model, string folder, Action<Comparison, GoldenCase, IAdapter> gradients)
    {
        using var adapter = Trainable(golden, model, folder, "param.");
        gradients(comparison, golden, adapter);
        foreach (var name in golden.Names.Where(name => name.StartsWith("grad.", StringComparison.Ordinal)))
            comparison.Expect(adapter.Parameters.Any(parameter => name == "grad." + parameter.Name), $"the encoder has no parameter {name[5..]}");

        var saved = Directory.CreateTempSubdirectory("parity-");
        try
        {
            adapter.Save(saved.FullName);
            using var file = new SafeTensorsReader(Path.Combine(saved.FullName, AdapterFiles.WeightsFile));
            using var rows = file.Read("prompt_embeddings");
            comparison.Close("prompt_embeddings", rows, golden.Read("prompt_embeddings"), 1e-6, 1e-5);
        }
        finally
        {
            saved.Delete(recursive: true);
        }
    }

    private static void TextInit(Comparison comparison, GoldenCase golden, PretrainedModel model, string folder)
    {
        var options = (PromptTuningOptions)AdapterFiles.ReadOptions(folder) with { Tokenizer = golden.PathOf(golden.Json["base_model"]!.ToString()) };
        using var adapter = Adapters.Attach(model, options, new Generator(1));
        comparison.Same("init.prompt_embeddings", adapter.Parameters.Single().Parameter.detach(), golden.Read("init.prompt_embeddings"));
    }
}
