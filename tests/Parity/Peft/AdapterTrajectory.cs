using Platform.Modeling;
using Platform.Parity.Tensors;
using Platform.Peft;
using Platform.Peft.Lora;
using static TorchSharp.torch;

namespace Platform.Parity.Peft;

/// <summary>Some optimizer steps on an adapter, against the losses, norms and final parameters of PyTorch.</summary>
internal static class AdapterTrajectory
{
    public static ParityVerdict Check(GoldenCase golden)
    {
        var comparison = new Comparison();
        using var model = PretrainedModel.Load(golden.PathOf(golden.Json["base_model"]!.ToString()), CPU);
        using var adapter = Adapters.Load(model, golden.PathOf(golden.Json["adapter_init"]!.ToString()));
        Train(comparison, golden, adapter);

        using var scope = NewDisposeScope();
        var (absolute, relative) = AdapterCase.Tolerance(golden, "final");
        foreach (var (name, parameter) in adapter.Parameters) comparison.Close($"final {name}", parameter, golden.Read($"final.{name}"), absolute, relative);
        return comparison.Verdict;
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

    /// <summary>Parameters named in <c>no_weight_decay_on</c> are not decayed.</summary>
    private static TorchSharp.Modules.AdamW Optimizer(GoldenCase golden, IAdapter adapter)
    {
        var training = golden.Json["training"]!;
        var (beta1, beta2) = (training["betas"]![0]!.GetValue<double>(), training["betas"]![1]!.GetValue<double>());
        var kept = (golden.Json["no_weight_decay_on"]?.AsArray() ?? []).Select(name => name!.ToString()).ToHashSet();
        var adam = optim.AdamW(adapter.Parameters.Where(item => !kept.Contains(item.Name)).Select(item => item.Parameter), 0, beta1, beta2, training["eps"]!.GetValue<double>(), training["weight_decay"]!.GetValue<double>());
        var rest = adapter.Parameters.Where(item => kept.Contains(item.Name)).Select(item => item.Parameter).ToList();
        if (rest.Count > 0) adam.add_param_group(new TorchSharp.Modules.AdamW.ParamGroup(rest, 0, beta1, beta2, training["eps"]!.GetValue<double>(), weight_decay: 0));
        return adam;
    }
}
