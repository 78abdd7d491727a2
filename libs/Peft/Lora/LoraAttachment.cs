using Platform.Modeling;
using Platform.Modeling.Layers;
using Platform.Peft.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Peft.Lora;

/// <summary>Builds the updates of a LoRA and gives them their first values.</summary>
internal static class LoraAttachment
{
    /// <param name="generator">null: a file brings the values</param>
    public static IAdapter Attach(PretrainedModel model, LoraOptions options, Generator? generator)
    {
        var targets = LayerTargets.Of(model, options, module => module is Linear || (module is TokenEmbedding && !options.WeightDecomposed), elsewhere: (path, module) => FiledExpertUpdate.Adapts(model, options, path, module));
        var replaced = options.ReplacesBase ? Replaced(targets.Select(target => target.Layer)) : null;
        List<(string Path, LayerUpdate Update)> updates = [];
        List<WeightUpdate> experts = [];
        try
        {
            foreach (var (path, layer) in targets) updates.Add((path, Create(path, layer, options, generator)));
            updates.AddRange(TrainableTokens.Of(model, options.TrainableTokens));
            experts.AddRange(ExpertUpdate.Of(model, options, generator));
            experts.AddRange(FiledExpertUpdate.Of(model, options, generator));
            return new LayerAdapter(model, options, updates, trained: adapted => LoraBiases.Of(adapted, options.Bias), stored: Stored(targets), replaced: replaced, weights: experts);
        }
        catch
        {
            replaced?.Show(false);
            replaced?.Dispose();
            foreach (var (_, update) in updates) update.Dispose();
            foreach (var expert in experts) expert.Dispose();
            throw;
        }
    }

    private static LayerUpdate Create(string path, nn.Module<Tensor, Tensor> layer, LoraOptions options, Generator? generator)
    {
        var (rank, scaling) = (options.RankOf(path), options.ScalingOf(path));
        if (layer is TokenEmbedding embedding)
        {
            var rows = new EmbeddingUpdate(embedding, rank, scaling);
            if (generator is not null) LoraInitialization.Draw(rows, options.Init, generator);
            return rows;
        }

        var linear = (Linear)layer;
        var update = options.WeightDecomposed ? new DoraUpdate(linear, rank, scaling, options) : new LoraUpdate(linear, rank, scaling, options);
        if (generator is not null) LoraInitialization.Draw(update, options.Init, generator);
        if (options.Init == LoraInit.LoftQ) LoftQ.Apply(update, linear, options.LoftQ.Iterations, weight => NormalFloat.Round(weight, options.LoftQ.Bits));
        else if (options.ReplacesBase) TakeOut(update, linear, options);
        if (generator is not null) (update as DoraUpdate)?.MeasureMagnitude();
        return update;
    }

    /// <summary>Puts the weight's principal part into the factors and leaves the rest.</summary>
    private static void TakeOut(LoraUpdate update, Linear layer, LoraOptions options)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var weight = layer.Weight.detach().to_type(ScalarType.Float32);
        var (down, up) = PrincipalFactors.Of(options, weight, (int)update.Down.shape[0], update.Scaling);
        update.Down.copy_(down);
        update.Up.copy_(up);
        layer.Weight.copy_(weight.sub(update.Delta()));
    }

    private static BaseParameters Replaced(IEnumerable<nn.Module<Tensor, Tensor>> layers) =>
        new(layers.OfType<Linear>().Select(layer => ("", layer.Weight)), frozen: true);

    /// <summary>PEFT stores the embedding and the head of common names when they are adapted: they may have been enlarged.</summary>
    private static IEnumerable<(string Name, TorchSharp.Modules.Parameter Parameter)> Stored(IReadOnlyList<(string Path, nn.Module<Tensor, Tensor> Layer)> targets)
    {
        foreach (var (path, layer) in targets.Where(target => target.Path[(target.Path.LastIndexOf('.') + 1)..] is "embed_tokens" or "lm_head"))
        {
            if (layer is TokenEmbedding embedding) yield return ($"{path}.base_layer.weight", embedding.Weight);
            if (layer is Linear and not TiedLinear) foreach (var (name, parameter) in layer.named_parameters()) yield return ($"{path}.base_layer.{name}", parameter);
        }
    }
}
