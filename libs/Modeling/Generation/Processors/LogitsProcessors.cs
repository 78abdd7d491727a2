namespace Platform.Modeling.Generation.Processors;

/// <summary>The processors that options ask for, in the order of transformers' GenerationMixin.</summary>
public static class LogitsProcessors
{
    public static IReadOnlyList<ILogitsProcessor> Of(GenerationOptions options)
    {
        List<ILogitsProcessor> processors = [];
        if (options.RepetitionPenalty != 1) processors.Add(new RepetitionPenalty(options.RepetitionPenalty));
        if (options.PresencePenalty != 0 || options.FrequencyPenalty != 0) processors.Add(new CountPenalty(options.PresencePenalty, options.FrequencyPenalty));
        if (options.NoRepeatNgramSize > 0) processors.Add(new NoRepeatedNgrams(options.NoRepeatNgramSize));

        // A word that is only an end token would leave no way to end.
        var banned = options.BannedWords.Where(word => word.Count > 1 || !options.EosTokenIds.Contains(word[0])).ToList();
        if (banned.Count > 0) processors.Add(new BannedWords(banned));
        if ((options.MinLength > 0 || options.MinNewTokens > 0) && options.EosTokenIds.Count > 0) processors.Add(new MinimumLength(options.MinLength, options.MinNewTokens, options.EosTokenIds));
        if (options.ForcedBosTokenId is { } bos) processors.Add(ForcedTokens.Second(bos));
        if (options.ForcedEosTokenIds.Count > 0) processors.Add(ForcedTokens.Last(options.ForcedEosTokenIds));
        if (options.SuppressedTokens.Count > 0) processors.Add(new SuppressedTokens(options.SuppressedTokens));
        if (options.BeginSuppressedTokens.Count > 0) processors.Add(new SuppressedTokens(options.BeginSuppressedTokens, row => row.Tokens.Count == FirstFreePlace(row, options)));
        if (options.ForcedDecoderTokens.Count > 0) processors.Add(ForcedTokens.At(options.ForcedDecoderTokens));
        if (!options.Sample) return processors;

        if (options.Temperature != 1) processors.Add(new Temperature(options.Temperature));
        if (options.TopK > 0) processors.Add(new TopK(options.TopK));
        if (options.TopP < 1) processors.Add(new TopP(options.TopP));
        if (options.MinP > 0) processors.Add(new MinP(options.MinP));
        return processors;
    }

    /// <summary>The first place that is neither prompt nor forced.</summary>
    private static int FirstFreePlace(TokenRow row, GenerationOptions options)
    {
        var afterForced = options.ForcedDecoderTokens.Count > 0 ? options.ForcedDecoderTokens.Keys.Max() + 1 : 0;
        var afterBos = row.PromptLength == 1 && options.ForcedBosTokenId is not null ? 2 : 0;
        return Math.Max(row.PromptLength, Math.Max(afterForced, afterBos));
    }
}
