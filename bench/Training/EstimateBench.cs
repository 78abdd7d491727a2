using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Platform.Data.Collation;
using Platform.Estimation.Shapes;
using Platform.Estimation.Training;
using Platform.FineTuning;
using Platform.FineTuning.Memory;
using Platform.FineTuning.Optimizers;
using Platform.FineTuning.Supervised;
using Platform.Modeling;
using Platform.Peft;
using Platform.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Training.Bench;

/// <summary>
/// What the estimator says a step takes against the peak of processes that take some. Of a process counts what it holds beyond what it held when torch was
/// loaded; its allocator is told to give everything back at once, so that the resident size is what is in use.
/// </summary>
internal static class EstimateBench
{
    public const string Child = "peak-of-setting";
    private const double Target = 0.05;
    private const int Steps = 3;

    private const string Llama = """{"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": 32000, "hidden_size": 512, "intermediate_size": 1376, "num_hidden_layers": 8, "num_attention_heads": 8, "num_key_value_heads": 8, "tie_word_embeddings": false}""";
    private const string Qwen2 = """{"model_type": "qwen2", "architectures": ["Qwen2ForCausalLM"], "vocab_size": 16000, "hidden_size": 640, "intermediate_size": 1728, "num_hidden_layers": 6, "num_attention_heads": 10, "num_key_value_heads": 2, "tie_word_embeddings": true}""";
    private const string Opt = """{"model_type": "opt", "architectures": ["OPTForCausalLM"], "vocab_size": 32000, "hidden_size": 512, "ffn_dim": 2048, "num_hidden_layers": 8, "num_attention_heads": 8, "max_position_embeddings": 1024, "word_embed_proj_dim": 512, "dropout": 0.0, "attention_dropout": 0.0}""";
    private const string Lora = """{"peft_type": "LORA", "r": 16, "lora_alpha": 32, "target_modules": ["q_proj", "v_proj"]}""";
    private const string LoraEverywhere = """{"peft_type": "LORA", "r": 16, "lora_alpha": 32, "target_modules": "all-linear"}""";
    private const string Prompt = """{"peft_type": "PROMPT_TUNING", "num_virtual_tokens": 32, "task_type": "CAUSAL_LM"}""";

    private static readonly Setting[] Settings =
    [
        new("Llama, full, AdamW", Llama, null, "adamw", Checkpointing.None, 4, 512),
        new("Llama, full, AdamW", Llama, null, "adamw", Checkpointing.Half, 4, 512),
        new("Llama, full, AdamW", Llama, null, "adamw", Checkpointing.Blocks, 4, 512),
        new("Llama, full, SGD", Llama, null, "sgd", Checkpointing.Blocks, 8, 256),
        new("Llama, full, Lion", Llama, null, "lion", Checkpointing.None, 2, 1024),
        new("Llama, LoRA on queries and values", Llama, Lora, "adamw", Checkpointing.None, 4, 512),
        new("Llama, LoRA on queries and values", Llama, Lora, "adamw", Checkpointing.Blocks, 4, 512),
        new("Llama, LoRA on all layers", Llama, LoraEverywhere, "adamw", Checkpointing.None, 4, 512),
        new("Llama, prompt tuning", Llama, Prompt, "adamw", Checkpointing.None, 4, 480),
        new("Qwen2, tied, full, AdamW", Qwen2, null, "adamw", Checkpointing.None, 4, 384),
        new("Qwen2, tied, LoRA on all layers", Qwen2, LoraEverywhere, "adamw", Checkpointing.Half, 8, 384),
        new("OPT, full, AdamW", Opt, null, "adamw", Checkpointing.None, 4, 512),
    ];

    public static int Run()
    {
        var worst = 0.0;
        foreach (var (index, setting) in Settings.Index())
        {
            var estimate = Estimate(setting);
            var measured = Measure(index);
            var error = estimate.Peak / (double)measured - 1;
            worst = Math.Max(worst, Math.Abs(error));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{setting.Name}, {setting.Rows} x {setting.Positions}, checkpointing {setting.Checkpointing}: estimated {estimate.Peak / 1e6:f0} MB, measured {measured / 1e6:f0} MB, {error:+0.0%;-0.0%}"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"largest error {worst:p1} (target <= {Target:p0})"));
        return worst <= Target ? 0 : 1;
    }

    /// <summary>In the child process: takes some steps and prints the largest resident size less that before the model was there.</summary>
    public static int PrintPeak(int index)
    {
        using (var loaded = ones(64, 64)) loaded.matmul(loaded).Dispose();
        var before = ProcessMemory.ResidentBytes;
        Train(Settings[index]);
        Console.WriteLine(ProcessMemory.PeakBytes - before);
        return 0;
    }

    private static TrainingMemory Estimate(Setting setting)
    {
        var model = ModelShape.Of(Parse(setting.Model));
        return TrainingMemory.Of(model, new()
        {
            Rows = setting.Rows,
            Positions = setting.Positions,
            Adapter = setting.Adapter is null ? null : AdapterConfigFigures.Of(model, Parse(setting.Adapter)),
            Optimizer = setting.Optimizer switch { "sgd" => OptimizerKind.Sgd, "lion" => OptimizerKind.OneMoment, _ => OptimizerKind.AdamW },
            Kept = setting.Checkpointing switch { Checkpointing.None => KeptBlocks.All, Checkpointing.Half => KeptBlocks.LaterHalf, _ => KeptBlocks.Last },
        });
    }

    private static void Train(Setting setting)
    {
        using var random = Seeds.Generator(1, CPU);
        using var model = PretrainedModel.Create<CausalLanguageModel>(Parse(setting.Model), CPU, ScalarType.Float32);
        model.Initialize(random);
        using var adapter = setting.Adapter is null ? null : Adapters.Attach(model, AdapterFiles.ReadOptions(Parse(setting.Adapter)), random);
        ITrainable trained = adapter is null ? new TrainedParameters([.. model.named_parameters().Select(pair => new TrainableParameter(pair.name, pair.parameter))]) : new TrainedAdapter(adapter);
        foreach (var (_, tensor) in trained.Parameters) tensor.requires_grad_();
        model.train();
        var ids = Enumerable.Range(0, setting.Positions).Select(place => place * 31 % (int)model.Config.VocabularySize).ToArray();
        var objective = new SupervisedObjective(model, [.. Enumerable.Repeat(new SupervisedExample(ids, ids), setting.Rows)]) { Checkpointing = setting.Checkpointing };
        IReadOnlyList<ParameterGroup> groups = [new(trained.Parameters)];
        IOptimizer optimizer = setting.Optimizer switch { "sgd" => new StochasticGradientDescent(groups), "lion" => new Lion(groups), _ => new AdamW(groups) };
        var options = new TrainingOptions { MaxSteps = Steps, BatchSize = setting.Rows, LearningRate = 1e-4, Schedule = "constant" };
        using var run = new TrainingRun(options, objective, trained, optimizer, TimeProvider.System);
        run.Run(CancellationToken.None);
    }

    private static long Measure(int index)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(EstimateBench).Assembly.Location, Child, index.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true };
        start.Environment["MALLOC_MMAP_THRESHOLD_"] = "65536";
        start.Environment["MALLOC_TRIM_THRESHOLD_"] = "0";
        using var child = Process.Start(start)!;
        var printed = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return child.ExitCode == 0 ? long.Parse(printed, CultureInfo.InvariantCulture) : throw new InvalidOperationException($"Setting {index} failed with exit code {child.ExitCode}.");
    }

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    private sealed record Setting(string Name, string Model, string? Adapter, string Optimizer, Checkpointing Checkpointing, int Rows, int Positions);
}
