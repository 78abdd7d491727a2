using Platform.Modeling;
using Platform.Modeling.Tokenization;
using Platform.Peft;
using Platform.Quantization.Checkpoints;
using static TorchSharp.torch;

namespace Platform.FineTuning.Tasks;

/// <summary>A folder's model with the adapters on it.</summary>
/// <param name="NewModules">modules of the head that the folder did not hold and that began anew</param>
/// <param name="Trainable">the parameters that are not fixed by the model's design</param>
internal sealed record LoadedModel(PretrainedModel Model, Tokenizer Tokenizer, IReadOnlyList<string> NewModules, IReadOnlyList<(string Name, Tensor Parameter)> Trainable)
{
    /// <summary>Loads a model of the task's class in full precision.</summary>
    /// <param name="head">what its head is to be; type and seed are the source's</param>
    /// <inheritdoc cref="PretrainedModel.Load{T}"/>
    public static LoadedModel Load<T>(TaskSource source, Func<Tokenizer, LoadOptions>? head = null)
        where T : PretrainedModel
    {
        var tokenizer = Tokenizer.Load(source.Folder);
        IReadOnlyList<string> missing = [];
        var model = PretrainedModel.Load<T>(source.Folder, source.Device, (head?.Invoke(tokenizer) ?? new()) with { Dtype = source.Dtype, HeadSeed = source.Seed, Report = report => missing = report.Missing });
        return With(source, model, tokenizer, [.. missing.Select(name => name[..name.LastIndexOf('.')]).Distinct()], merges: true);
    }

    /// <summary>Loads a causal language model in full precision or in four bits. Into four bits nothing can be merged without rounding again: there the adapter stays attached.</summary>
    /// <exception cref="NotSupportedException">Several adapters on four bits.</exception>
    /// <inheritdoc cref="QuantizedModels.Load"/>
    public static LoadedModel LoadCausal(TaskSource source)
    {
        var isQuantized = QuantizedModels.IsQuantized(source.Folder);
        if (isQuantized && source.Adapters.Count > 1) throw new NotSupportedException("a model in four bits takes one adapter at most; merge adapters before quantizing.");
        return With(source, QuantizedModels.Load(source.Folder, source.Device, source.Dtype), Tokenizer.Load(source.Folder), [], merges: !isQuantized);
    }

    /// <summary>Completes the model with what else its folder holds; if that fails, the model is let go.</summary>
    public T For<T>(Func<LoadedModel, T> create)
    {
        try
        {
            return create(this);
        }
        catch
        {
            Model.Dispose();
            throw;
        }
    }

    private static LoadedModel With(TaskSource source, PretrainedModel model, Tokenizer tokenizer, IReadOnlyList<string> newModules, bool merges)
    {
        try
        {
            List<(string Name, Tensor Parameter)> trainable = [.. model.named_parameters().Where(item => item.parameter.requires_grad).Select(item => (item.name, (Tensor)item.parameter))];
            foreach (var adapter in source.Adapters)
                if (merges) Adapters.Apply(model, adapter);
                else _ = Adapters.Load(model, adapter);
            return new(model, tokenizer, newModules, trainable);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
