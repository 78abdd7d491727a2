using Platform.Modeling;
using Platform.Modeling.Checkpoints;
using Platform.Parity.Tensors;
using Platform.Peft;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Platform.Parity.Peft;

/// <summary>Some optimizer steps on an adapter, against the losses, norms and final parameters of PyTorch.</summary>
internal static class AdapterTrajectory
{
    public static ParityVerdict Check(GoldenCase golden)
    {
        var comparison = new Comparison();
        using var model = PretrainedModel.Load(golden.PathOf(golden.Json["base_model"]!.ToString()), CPU);
        using var adapter = Initial(golden, model);
        Train(comparison, golden, adapter);

        using var scope = NewDisposeScope();
        using var expected = new SafeTensorsReader(golden.PathOf(Path.Combine(golden.Json["adapter_final"]!.ToString(), "adapter_model.safetensors")));
        var (absolute, relative) = AdapterCase.Tolerance(golden, "final");
        foreach (var (name, parameter) in adapter.Parameters)
            comparison.Close($"final {name}", parameter, golden.Has("final." + name) ? golden.Read("final." + name) : expected.Read(name), absolute, relative);
        return comparison.Verdict;
    }

    /// <summary>A prompt encoder's parameters are in no file; the case has them.</summary>
    private static IAdapter Initial(GoldenCase golden, PretrainedModel model)
    {
        var folder = golden.PathOf(golden.Json["adapter_init"]!.ToString());
        return golden.Names.Any(name => name.StartsWith("init.prompt_encoder.", StringComparison.Ordinal))
            ? PromptCase.Trainable(golden, model, folder, "init.")
            : Adapters.Load(model, folder);
    }

    /// <summary>Those that decay and those that do not, as in transformers' Trainer.</summary>
    private static AdamW Optimizer(GoldenCase golden, IAdapter adapter)
    {
        var training = golden.Json["training"]!;
        var constant = golden.Json["no_weight_decay_on"]!.AsArray().Select(name => name!.ToString()).ToHashSet();
        var groups = adapter.Parameters.GroupBy(parameter => constant.Contains(parameter.Name)).Select(group => new AdamW.ParamGroup(
            group.Select(parameter => parameter.Parameter),
            new AdamW.Options
            {
                LearningRate = 0,
                beta1 = training["betas"]![0]!.GetValue<double>(),
                beta2 = training["betas"]![1]!.GetValue<double>(),
                eps = training["eps"]!.GetValue<double>(),
                weight_decay = group.Key ? 0 : training["weight_decay"]!.GetValue<double>(),
            }));
        return optim.AdamW(groups);
    }

    private static void Train(Comparison comparison, GoldenCase golden, IAdapter adapter)
    {
        using var all = NewDisposeScope();
        var training = golden.Json["training"]!;
        var parameters = adapter.Parameters.Select(parameter => parameter.Parameter).ToList();
        using var adam = Optimizer(golden, adapter);
        var accumulation = training["gradient_accumulation_steps"]!.GetValue<int>();
        var batches = training["batch_order"]!.AsArray().Select(batch => batch!.GetValue<long>()).Chunk(accumulation).ToList();
        var rates = golden.Read("lr").to_type(ScalarType.Float64).data<double>().ToArray();
        List<float> losses = [], norms = [];
        foreach (var (step, microBatches) in batches.Index())
        {
            using var scope = NewDisposeScope();
            adam.zero_grad();
            var sum = 0f;
            foreach (var batch in microBatches)
            {
                using var inner = NewDisposeScope();
                var loss = AdapterCase.Run(golden, adapter.Model, "batch.", batch)["loss"] / accumulation;
                if (adapter.Penalty() is { } penalty) loss += penalty / accumulation;
                loss.backward();
                sum += loss.item<float>();
            }

            losses.Add(sum);
            norms.Add((float)nn.utils.clip_grad_norm_(parameters, training["max_grad_norm"]!.GetValue<double>()));
            foreach (var group in adam.ParamGroups) group.LearningRate = rates[step];
            adam.step();
            adapter.AfterStep(step + 1);
        }

        var (absolute, relative) = AdapterCase.Tolerance(golden, "loss");
        comparison.Close("loss", tensor(losses.ToArray()), golden.Read("loss"), absolute, relative);
        (absolute, relative) = AdapterCase.Tolerance(golden, "grad_norm");
        comparison.Close("grad_norm", tensor(norms.ToArray()), golden.Read("grad_norm"), absolute, relative);
    }
}
