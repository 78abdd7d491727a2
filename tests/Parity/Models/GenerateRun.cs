using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Modeling.Generation;
using Platform.Modeling.Layers;
using Platform.Modeling.Llava;
using Platform.Modeling.Tasks;
using Platform.Modeling.Whisper;
using static TorchSharp.torch;

namespace Platform.Parity.Models;

/// <summary>Greedy generation, and decoding with a cache against the pass without one.</summary>
internal static class GenerateRun
{
    public static void Check(ModelCase golden, PretrainedModel model, string name, JsonObject run, TensorComparison comparison)
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
        var inputs = new RunInputs(input => golden.OptionalGolden($"{name}.{input}"));
        var sequences = model is Seq2SeqModel writer
            ? Write(golden, writer, inputs, arguments, options, Keep)
            : TokenGeneration.Generate((CausalLanguageModel)model, inputs.Required("input_ids"), inputs.Optional("attention_mask"), options, Keep);
        comparison.Same($"{name}.sequences", sequences, golden.Golden($"{name}.sequences"));
        if (golden.OptionalGolden($"{name}.step_logits") is { } logits)
        {
            comparison.Close($"{name}.step_logits", stack(steps, 1), logits, golden.Atol, golden.Rtol);
        }

        void Keep(GenerationStep step) => steps.Add(step.Logits.clone().DetachFromDisposeScope());
    }

    private static Tensor Write(ModelCase golden, Seq2SeqModel writer, RunInputs inputs, JsonObject arguments, GenerationOptions options, Action<GenerationStep> onStep)
    {
        // A plain loop of the case's own, not generate().
        if (arguments["loop"]?.GetValue<bool>() == true) options = options with { SuppressedTokens = [], BeginSuppressedTokens = [] };
        if (arguments["decoder_start_token_id"] is { } start) options = options with { DecoderStartTokenId = start.GetValue<int>() };

        var source = inputs.Source;
        if (writer is not WhisperForConditionalGeneration || arguments["loop"] is not null) return Seq2SeqGeneration.Generate(writer, source, options, onStep: onStep);

        var prompts = SpeechPrompts.Load(golden.Folder);
        var task = new SpeechTask(arguments["language"]?.ToString(), arguments["task"]?.ToString());
        using var encoded = writer.Encode(source);
        var languages = prompts.NeedsDetection(task) ? LanguageDetection.Of(writer, encoded, prompts) : null;
        var starts = Enumerable.Range(0, (int)source.Values.shape[0]).Select(row => prompts.Of(task, languages?[row])).ToList();
        return Seq2SeqGeneration.Generate(writer, source, options with { ForcedDecoderTokens = new Dictionary<int, int>() }, starts, onStep);
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
