namespace Platform.Modeling.Generation;

/// <summary>The rules that <see cref="GenerationOptions"/> keep.</summary>
internal static class GenerationProblems
{
    private const double GreatestPenalty = 2; // of OpenAI's API

    public static IReadOnlyList<string> Of(GenerationOptions options) => [.. Lengths(options), .. Filters(options), .. Penalties(options), .. Words(options), .. Beams(options)];

    private static IEnumerable<string> Lengths(GenerationOptions options)
    {
        if (options.MaxNewTokens < 1) yield return $"max_new_tokens is {options.MaxNewTokens}; it must be at least 1";
        if (options.MaxLength < 1) yield return $"max_length is {options.MaxLength}; it must be at least 1";
        if (options.MinNewTokens < 0) yield return $"min_new_tokens is {options.MinNewTokens}; it must be at least 0";
        if (options.MinLength < 0) yield return $"min_length is {options.MinLength}; it must be at least 0";
        if (options.MinNewTokens > options.MaxNewTokens) yield return $"min_new_tokens is {options.MinNewTokens}; it must not exceed max_new_tokens, {options.MaxNewTokens}";
    }

    private static IEnumerable<string> Filters(GenerationOptions options)
    {
        if (options.TopK < 0) yield return $"top_k is {options.TopK}; it must be at least 0, where 0 keeps all tokens";
        if (!(options.TopP is > 0 and <= 1)) yield return $"top_p is {options.TopP}; it must lie in (0, 1]";
        if (!(options.MinP is >= 0 and <= 1)) yield return $"min_p is {options.MinP}; it must lie in 0..1";
        if (options.LogProbabilities < 0) yield return $"the number of log-probabilities is {options.LogProbabilities}; it must be at least 0";
        if (options.Sample && !(options.Temperature > 0 && double.IsFinite(options.Temperature)))
        {
            yield return $"temperature is {options.Temperature}; it must be above 0 (for greedy decoding do not sample)";
        }
    }

    private static IEnumerable<string> Penalties(GenerationOptions options)
    {
        if (!(options.RepetitionPenalty > 0 && double.IsFinite(options.RepetitionPenalty))) yield return $"repetition_penalty is {options.RepetitionPenalty}; it must be above 0, where 1 changes nothing";
        if (!(Math.Abs(options.PresencePenalty) <= GreatestPenalty)) yield return $"presence_penalty is {options.PresencePenalty}; it must lie in -2..2";
        if (!(Math.Abs(options.FrequencyPenalty) <= GreatestPenalty)) yield return $"frequency_penalty is {options.FrequencyPenalty}; it must lie in -2..2";
        if (options.NoRepeatNgramSize < 0) yield return $"no_repeat_ngram_size is {options.NoRepeatNgramSize}; it must be at least 0, where 0 is no rule";
    }

    private static IEnumerable<string> Words(GenerationOptions options)
    {
        if (options.BannedWords.Any(word => word.Count == 0 || word.Any(token => token < 0))) yield return "bad_words_ids holds an empty sequence or a negative id; each needs at least one token";
        if (options.SuppressedTokens.Any(token => token < 0)) yield return "suppress_tokens holds a negative id";
        if (options.BeginSuppressedTokens.Any(token => token < 0)) yield return "begin_suppress_tokens holds a negative id";
        if (options.StopStrings.Any(string.IsNullOrEmpty)) yield return "stop_strings holds an empty string, which would stop at once";
    }

    private static IEnumerable<string> Beams(GenerationOptions options)
    {
        if (options.Beams < 1) yield return $"num_beams is {options.Beams}; it must be at least 1";
        if (options.ReturnSequences < 1) yield return $"num_return_sequences is {options.ReturnSequences}; it must be at least 1";
        if (!double.IsFinite(options.LengthPenalty)) yield return $"length_penalty is {options.LengthPenalty}; it must be a finite number";
        if (options.Beams > 1 && options.Sample) yield return $"num_beams is {options.Beams} with do_sample; beams are searched without sampling, so set one of them back";
        if (options.Beams > 1 && options.ReturnSequences > options.Beams) yield return $"num_return_sequences is {options.ReturnSequences}; it must not exceed num_beams, {options.Beams}";
        if (options.Beams > 1 && options.LogProbabilities is not null) yield return "log-probabilities are reported without beams only; a beam has its score";
        if (options.Beams == 1 && !options.Sample && options.ReturnSequences > 1) yield return $"num_return_sequences is {options.ReturnSequences}; greedy decoding gives one. Sample, or search by beams";
    }
}
