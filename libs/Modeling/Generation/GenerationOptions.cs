namespace Platform.Modeling.Generation;

/// <summary>How new tokens are chosen, and when to stop. The names in generation_config.json stand in brackets.</summary>
public sealed record GenerationOptions
{
    public const string FileName = "generation_config.json";
    private const int NewTokensByDefault = 128;

    /// <summary>How many tokens a row gets at most; null: as <see cref="MaxLength"/> says, or 128. [max_new_tokens]</summary>
    public int? MaxNewTokens { get; init; }

    /// <summary>How long prompt and new tokens may be together; only without <see cref="MaxNewTokens"/>. [max_length]</summary>
    public int? MaxLength { get; init; }

    /// <summary>No end token before so many new ones. [min_new_tokens]</summary>
    public int MinNewTokens { get; init; }

    /// <summary>No end token before prompt and new tokens are so many. [min_length]</summary>
    public int MinLength { get; init; }

    /// <summary>False: the most likely token (greedy, or by beams). True: a random one from what the filters leave. [do_sample]</summary>
    public bool Sample { get; init; }

    /// <summary>Divides the logits; above 0. When sampling. [temperature]</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Only the k most likely tokens; 0: all. When sampling. [top_k]</summary>
    public int TopK { get; init; }

    /// <summary>Only the most likely tokens whose probabilities reach p together; 1: all. When sampling. [top_p]</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Only tokens at least p times as likely as the likeliest; 0: all. When sampling. [min_p]</summary>
    public double MinP { get; init; }

    /// <summary>Above 1: what occurred, in the prompt too, becomes less likely. [repetition_penalty]</summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>Taken from the score of each token that was chosen before; -2..2. OpenAI's name, not in the file.</summary>
    public double PresencePenalty { get; init; }

    /// <summary>Taken from the score of each token for every time it was chosen before; -2..2. OpenAI's name, not in the file.</summary>
    public double FrequencyPenalty { get; init; }

    /// <summary>No so many tokens in a row twice; 0: no such rule. [no_repeat_ngram_size]</summary>
    public int NoRepeatNgramSize { get; init; }

    /// <summary>Sequences of tokens that must not come. [bad_words_ids]</summary>
    public IReadOnlyList<IReadOnlyList<int>> BannedWords { get; init; } = [];

    /// <summary>Tokens that must not come. [suppress_tokens]</summary>
    public IReadOnlyList<int> SuppressedTokens { get; init; } = [];

    /// <summary>Tokens that must not come first. [begin_suppress_tokens]</summary>
    public IReadOnlyList<int> BeginSuppressedTokens { get; init; } = [];

    /// <summary>The token after the first one. [forced_bos_token_id]</summary>
    public int? ForcedBosTokenId { get; init; }

    /// <summary>The token of a row's last place. [forced_eos_token_id]</summary>
    public IReadOnlyList<int> ForcedEosTokenIds { get; init; } = [];

    /// <summary>Tokens by place, counted from 0 with the prompt. [forced_decoder_ids]</summary>
    public IReadOnlyDictionary<int, int> ForcedDecoderTokens { get; init; } = new Dictionary<int, int>();

    /// <summary>What an encoder-decoder model's output begins with; the beginning of a text if absent. [decoder_start_token_id]</summary>
    public int? DecoderStartTokenId { get; init; }

    /// <summary>How many continuations are followed at once; 1: no beam search. [num_beams]</summary>
    public int Beams { get; init; } = 1;

    /// <summary>A finished beam's score is its log-probability / (new tokens)^this. [length_penalty]</summary>
    public double LengthPenalty { get; init; } = 1;

    /// <summary>When a beam search may end before its length. [early_stopping]</summary>
    public EarlyStopping EarlyStopping { get; init; }

    /// <summary>Continuations per prompt: the best beams, or as many samples. [num_return_sequences]</summary>
    public int ReturnSequences { get; init; } = 1;

    /// <summary>A row ends with any of these. [eos_token_id]</summary>
    public IReadOnlyList<long> EosTokenIds { get; init; } = [];

    /// <summary>A row ends where its new text holds any of these; needs a tokenizer. [stop_strings]</summary>
    public IReadOnlyList<string> StopStrings { get; init; } = [];

    /// <summary>Fills rows that ended early; the first end token if absent. [pad_token_id]</summary>
    public long? PadTokenId { get; init; }

    /// <summary>The same seed gives the same tokens; each row draws numbers of its own.</summary>
    public long Seed { get; init; }

    /// <summary>How many of the likeliest tokens to report at each place, beside the chosen one's log-probability; null: nothing.</summary>
    public int? LogProbabilities { get; init; }

    /// <summary>Reads the defaults a model folder gives.</summary>
    /// <inheritdoc cref="GenerationConfigFile.Load"/>
    public static GenerationOptions Load(string folder) => GenerationConfigFile.Load(folder);

    /// <summary>Everything that is wrong with the options.</summary>
    public IReadOnlyList<string> Problems() => GenerationProblems.Of(this);

    /// <exception cref="ArgumentException">The options are wrong; the message lists every problem.</exception>
    internal void ThrowIfWrong()
    {
        if (Problems() is { Count: > 0 } problems) throw new ArgumentException(string.Join("; ", problems) + ".");
    }

    internal int NewTokensAfter(int promptLength) => MaxNewTokens ?? (MaxLength is { } length
        ? length > promptLength ? length - promptLength : throw new ArgumentException($"max_length is {length}; a prompt of {promptLength} tokens leaves no room. Set max_new_tokens.")
        : NewTokensByDefault);

    internal long FillToken => PadTokenId ?? (EosTokenIds.Count > 0 ? EosTokenIds[0] : 0);
}
