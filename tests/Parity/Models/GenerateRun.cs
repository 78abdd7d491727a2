using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Modeling.Generation;
using Platform.Modeling.Layers;
using Platform.Modeling.Llava;
using static TorchSharp.torch;

namespace Platform.Parity.Models;

/// <summary>Greedy generation, and decoding with a cache against the pass without one.</summary>
internal static class GenerateRun
{
    public static void Check(ModelCase golden, CausalLanguageModel model, string name, JsonObject run, TensorComparison comparison)
    {
        using var scope = NewDisposeScope();
        var arguments = run["args"]!.AsObject();
        var defaults = GenerationOptions.Load(golden.Folder);
        var options = defaults with
        {
            MaxNewTokens = arguments["max_new_tokens"]!.GetValue<int>(),
            PadTokenId = arguments["pad_token_id"]?.GetValue<long>() ?? defaults.PadTokenId,
            EosTokenIds = arguments["eos_token_id"] switch
            {
                JsonArray several => [.. several.Select(id => id!.GetValue<long>())],
                JsonValue one => [one.GetValue<long>()],
                _ => defaults.EosTokenIds,
            },
        };

        if (model is LlavaForConditionalGeneration llava && golden.OptionalGolden($"{name}.pixel_values") is { } pixels) model = llava.Seeing(pixels);
        List<Tensor> steps = [];
        var sequences = TokenGeneration.Generate(
            model, golden.Golden($"{name}.input_ids"), golden.OptionalGolden($"{name}.attention_mask"), options, step => steps.Add(step.Logits.clone().DetachFromDisposeScope()));
        comparison.Same($"{name}.sequences", sequences, golden.Golden($"{name}.sequences"));
        if (golden.OptionalGolden($"{name}.step_logits") is { } logits)
        {
            comparison.Close($"{name}.step_logits", stack(steps, 1), logits, golden.Atol, golden.Rtol);
        }
    }

    /// <summary>The prompt's beginning at once, then token by token.</summary>
    public static void CheckCache(ModelCase golden, CausalLanguageModel model, JsonObject expectation, TensorComparison comparison)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var cache = new KeyValueCache(model.Blocks.Count);
        var ids = golden.Golden(expectation["input"]!.ToString());
        var prefill = expectation["prefill"]!.GetValue<long>();

        List<Tensor> logits = [model.Logits(ids.narrow(1, 0, prefill), cache: cache)];
        List<long> lengths = [cache.Length];
        for (var position = prefill; position < ids.shape[1]; position++)
        {
            logits.Add(model.Logits(ids.narrow(1, position, 1), cache: cache));
            lengths.Add(cache.Length);
        }

        comparison.Close("kv_cache", cat(logits, 1), golden.Golden(expectation["must_equal"]!.ToString()), golden.Atol, golden.Rtol);
        comparison.Same("kv_cache.lengths", tensor(lengths.ToArray()), tensor(expectation["past_length_after_each_call"]!.AsArray().Select(length => length!.GetValue<long>()).ToArray()));
    }
}
