using Platform.Modeling;
using Platform.Modeling.Checkpoints;
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
        using var expected = new SafeTensorsReader(golden.PathOf(Path.Combine(golden.Json["adapter_final"]!.ToString(), "adapter_model.safetensors")));
        var (absolute, relative) = AdapterCase.Tolerance(golden, "final");
        foreach (var (name, parameter) in adapter.Parameters) comparison.Close($"final {name}", parameter, expected.Read(name), absolute, relative);
        return comparison.Verdict;
    }

    private static void Train(Comparison comparison, GoldenCase golden, IAdapter adapter)
    {
        using var all = NewDisposeScope();
        var training = golden.Json["training"]!;
        var parameters = adapter.Parameters.Select(parameter => parameter.Parameter).ToList();
        using var adam = optim.AdamW(parameters, 0, training["betas"]![0]!.GetValue<double>(), training["betas"]![1]!.GetValue<double>(), training["eps"]!.GetValue<double>(), training["weight_decay"]!.GetValue<double>());
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
