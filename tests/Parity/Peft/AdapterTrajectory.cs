using Platform.Modeling;
using Platform.Modeling.Checkpoints;
using Platform.Parity.Tensors;
using Platform.Peft;
using Platform.Peft.AdaLora;
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

        var saved = Directory.CreateTempSubdirectory("parity-");
        try
        {
            adapter.Save(saved.FullName);
            Final(comparison, golden, saved.FullName, golden.PathOf(golden.Json["adapter_final"]!.ToString()));
            PromptCase.Final(comparison, golden, adapter);
        }
        finally
        {
            saved.Delete(recursive: true);
        }

        return comparison.Verdict;
    }

    /// <summary>Every file of the trained adapter.</summary>
    public static void Final(Comparison comparison, GoldenCase golden, string saved, string golds)
    {
        foreach (var name in Directory.EnumerateFiles(golds).Select(file => Path.GetFileName(file)))
        {
            var (mine, theirs) = (Path.Combine(saved, name), Path.Combine(golds, name));
            if (!File.Exists(mine)) comparison.Expect(false, $"{name} is not written");
            else if (name.EndsWith(".json", StringComparison.Ordinal)) comparison.Expect(AdapterCase.Canonical(mine) == AdapterCase.Canonical(theirs), $"the final {name} is {AdapterCase.Canonical(mine)}, expected {AdapterCase.Canonical(theirs)}");
            else Tensors(comparison, golden, mine, theirs);
        }
    }

    private static void Tensors(Comparison comparison, GoldenCase golden, string mine, string theirs)
    {
        using var scope = NewDisposeScope();
        using var actual = new SafeTensorsReader(mine);
        using var expected = new SafeTensorsReader(theirs);
        var (absolute, relative) = AdapterCase.Tolerance(golden, "final");
        comparison.Expect(actual.Tensors.Select(tensor => tensor.Name).SequenceEqual(expected.Tensors.Select(tensor => tensor.Name)), $"the final {Path.GetFileName(mine)} has other keys");
        foreach (var name in expected.Tensors.Select(tensor => tensor.Name).Where(actual.Contains)) comparison.Close($"final {name}", actual.Read(name), expected.Read(name), absolute, relative);
    }

    /// <summary>AdaLoRA's values after each step, and which are left.</summary>
    private static void Values(Comparison comparison, GoldenCase golden, AdaLoraAdapter adapter, int step)
    {
        var (absolute, relative) = AdapterCase.Tolerance(golden, "final");
        var byPath = adapter.Updates.ToDictionary(item => item.Path + ".lora_E", item => ((AdaLoraUpdate)item.Update).Values);
        foreach (var (index, name) in golden.Json["lora_E_order"]!.AsArray().Select(name => name!.ToString()[..^".default".Length]).Index())
        {
            comparison.Close($"lora_E after step {step} of {name}", byPath[name].flatten(), golden.Read("lora_E")[step, index], absolute, relative);
            var kept = adapter.RankPattern?[name] ?? [.. Enumerable.Repeat(true, (int)byPath[name].shape[0])];
            comparison.Same($"rank_mask after step {step} of {name}", tensor(kept.Select(value => value ? 1L : 0L).ToArray()), golden.Read("rank_mask")[step, index]);
        }
    }

    /// <summary>A prompt encoder's parameters are in no file; the case has them.</summary>
    private static IAdapter Initial(GoldenCase golden, PretrainedModel model)
    {
        var folder = golden.PathOf(golden.Json["adapter_init"]!.ToString());
        return golden.Names.Any(name => name.StartsWith("init.prompt_encoder.", StringComparison.Ordinal))
            ? PromptCase.Trainable(golden, model, folder, "init.")
            : Adapters.Load(model, folder);
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
            if (adapter is AdaLoraAdapter cut) Values(comparison, golden, cut, step);
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
