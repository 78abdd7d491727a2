using System.Globalization;
using System.Text.Json.Nodes;
using Platform.Modeling.Tokenization.AddedTokens;

namespace Platform.Modeling.Tokenization.SentencePiece;

/// <summary>
/// Writes the tokenizer.json that transformers derives from a SentencePiece model for the classes that have a fast tokenizer:
/// what the vocabulary, its special tokens and the pipeline of each class are.
/// </summary>
internal static class SentencePieceDefinition
{
    private const string Mark = "▁";

    /// <summary>Null for a class that is not known here.</summary>
    public static JsonObject? Of(SentencePieceFile file, TokenizerConfig config, IEnumerable<AddedToken> listed) => config.TokenizerClass?.Replace("Fast", "", StringComparison.Ordinal) switch
    {
        "LlamaTokenizer" or "CodeLlamaTokenizer" => Llama(file, config, listed),
        "GemmaTokenizer" => Gemma(file, config, listed),
        "T5Tokenizer" => T5(file, config, listed),
        "XLMRobertaTokenizer" => XlmRoberta(file, listed),
        "DebertaV2Tokenizer" => DebertaV2(file, config, listed),
        _ => null,
    };

    private static JsonObject Llama(SentencePieceFile file, TokenizerConfig config, IEnumerable<AddedToken> listed)
    {
        var legacy = config.Json?.Flag("legacy", true) ?? true;
        var prefix = config.Json?.Flag("add_prefix_space", true) ?? true;
        var definition = BytePair(file, config, listed.Concat(OfType(file, PieceType.Unknown, PieceType.Control)));
        definition["normalizer"] = legacy ? Sequence("normalizers", prefix ? Part("Prepend", ("prepend", Mark)) : null, Replace(" ", Mark)) : null;
        definition["pre_tokenizer"] = legacy ? null : Metaspace(prefix ? "first" : "never", split: false);
        definition["decoder"] = Sequence("decoders", Replace(Mark, " "), Part("ByteFallback"), Part("Fuse"), prefix ? Part("Strip", ("content", " "), ("start", 1), ("stop", 0)) : null);
        return definition;
    }

    private static JsonObject Gemma(SentencePieceFile file, TokenizerConfig config, IEnumerable<AddedToken> listed)
    {
        // The class has its own names for the first three tokens, whatever the file calls them.
        file = file.Naming(config.PadToken ?? "<pad>", config.EosToken ?? "<eos>", config.BosToken ?? "<bos>");
        var definition = BytePair(file, config, listed.Concat(OfType(file, PieceType.Unknown, PieceType.Control, PieceType.UserDefined)
            .Select(token => config.ExtraSpecialTokens.Contains(token.Content) ? token with { Special = true } : token)));
        definition["normalizer"] = Replace(" ", Mark);
        definition["pre_tokenizer"] = Part("Split", ("pattern", new JsonObject { ["String"] = " " }), ("behavior", "MergedWithPrevious"), ("invert", false));
        definition["decoder"] = Sequence("decoders", Replace(Mark, " "), Part("ByteFallback"), Part("Fuse"));
        return definition;
    }

    private static JsonObject T5(SentencePieceFile file, TokenizerConfig config, IEnumerable<AddedToken> listed)
    {
        var extra = config.Json is { } json && json.TryGetProperty("extra_ids", out var number) && number.TryGetInt32(out var count) ? count : 100;
        if (extra is < 0 or > 10_000) throw new InvalidDataException($"tokenizer_config.json has extra_ids {extra}; expected 0 to 10000.");
        var sentinels = Enumerable.Range(0, extra).Select(i => string.Create(CultureInfo.InvariantCulture, $"<extra_id_{extra - 1 - i}>")).ToList();
        var pieces = Pieces(file).Concat(sentinels.Select(token => (token, 0f))).ToList();
        var named = sentinels.Select((token, index) => Special(token, file.Pieces.Count + index));
        var definition = Unigram(file, pieces, UnknownId(file), listed.Concat(OfType(file, PieceType.Unknown, PieceType.Control)).Concat(named));
        definition["post_processor"] = Template(pieces, "$A </s>", "$A </s> $B </s>");
        return definition;
    }

    // fairseq's order: four tokens of its own, then the pieces from the third on, then the mask.
    private static JsonObject XlmRoberta(SentencePieceFile file, IEnumerable<AddedToken> listed)
    {
        string[] first = ["<s>", "<pad>", "</s>", "<unk>"];
        var pieces = first.Select(token => (token, 0f)).Concat(Pieces(file).Skip(3)).Append(("<mask>", 0f)).ToList();
        var named = first.Select((token, id) => Special(token, id)).Append(Special("<mask>", pieces.Count - 1) with { LeftStrip = true, Normalized = true });
        var definition = Unigram(file, pieces, 3, listed.Concat(named));
        definition["post_processor"] = Template(pieces, "<s> $A </s>", "<s> $A </s> </s> $B </s>");
        return definition;
    }

    private static JsonObject DebertaV2(SentencePieceFile file, TokenizerConfig config, IEnumerable<AddedToken> listed)
    {
        var pieces = Pieces(file).ToList();
        // The mask is the one token that the model file lacks.
        var mask = config.NamedTokens.GetValueOrDefault("mask_token", "[MASK]");
        var named = OfType(file, PieceType.Unknown, PieceType.Control);
        if (pieces.All(piece => piece.Piece != mask)) named = named.Append(Special(mask, pieces.Count));
        var definition = Unigram(file, pieces, UnknownId(file), listed.Concat(named));
        definition["normalizer"] = Sequence(
            "normalizers", (config.Json?.Flag("do_lower_case", false) ?? false) ? Part("Lowercase") : null,
            Part("Strip", ("strip_left", true), ("strip_right", true)), Precompiled(file), ReplaceRuns(" "));
        var punctuation = config.Json?.Flag("split_by_punct", false) ?? false;
        definition["pre_tokenizer"] = Sequence("pretokenizers", punctuation ? Part("Punctuation", ("behavior", "Isolated")) : null, Metaspace("always", split: true));
        definition["post_processor"] = Template(pieces, "[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1");
        return definition;
    }

    private static JsonObject BytePair(SentencePieceFile file, TokenizerConfig config, IEnumerable<AddedToken> added)
    {
        var vocabulary = new SentencePieceVocabulary(file);
        var pieces = Pieces(file).ToList();
        var bos = config.Json?.Flag("add_bos_token", true) ?? true;
        var start = bos && config.BosToken is { } token ? token + " " : "";
        var end = config.AddEosToken && config.EosToken is { } last ? " " + last : "";
        return new JsonObject
        {
            ["added_tokens"] = Added(added),
            ["post_processor"] = start + end == "" ? null : Template(pieces, $"{start}$A{end}", $"{start}$A{end} {Second(start)}$B:1{Second(end)}"),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["unk_token"] = vocabulary.PieceOf(vocabulary.UnknownId),
                ["fuse_unk"] = true,
                ["byte_fallback"] = file.ByteFallback,
                ["vocab"] = new JsonObject(pieces.Select((piece, id) => KeyValuePair.Create(piece.Piece, (JsonNode?)id))),
                ["merges"] = new JsonArray([.. SentencePieceMerges.Of(file).Select(merge => new JsonArray(merge.Left, merge.Right))]),
            },
        };

        static string Second(string special) => special.Length == 0 ? "" : special.EndsWith(' ') ? special.TrimEnd() + ":1 " : special + ":1";
    }

    private static JsonObject Unigram(SentencePieceFile file, IEnumerable<(string Piece, float Score)> pieces, int unknown, IEnumerable<AddedToken> added) => new()
    {
        ["added_tokens"] = Added(added),
        ["normalizer"] = Sequence("normalizers", Precompiled(file), Part("Strip", ("strip_left", false), ("strip_right", true)), ReplaceRuns(Mark)),
        ["pre_tokenizer"] = Metaspace("always", split: true),
        ["decoder"] = Metaspace("always", split: true),
        ["model"] = new JsonObject
        {
            ["type"] = "Unigram",
            ["unk_id"] = unknown,
            ["byte_fallback"] = file.ByteFallback,
            ["vocab"] = new JsonArray([.. pieces.Select(piece => new JsonArray(piece.Piece, (double)piece.Score))]),
        },
    };

    private static IEnumerable<(string Piece, float Score)> Pieces(SentencePieceFile file) => file.Pieces.Select(piece => (piece.Piece, piece.Score));

    private static int UnknownId(SentencePieceFile file) => new SentencePieceVocabulary(file).UnknownId;

    private static IEnumerable<AddedToken> OfType(SentencePieceFile file, params PieceType[] types) => file.Pieces
        .Select((piece, id) => (piece.Type, Token: Special(piece.Piece, id) with { Special = piece.Type != PieceType.UserDefined }))
        .Where(piece => types.Contains(piece.Type))
        .Select(piece => piece.Token);

    private static AddedToken Special(string content, int id) => new(id, content, false, false, false, Normalized: false, Special: true);

    private static JsonArray Added(IEnumerable<AddedToken> tokens) => new([.. tokens.DistinctBy(token => token.Id).OrderBy(token => token.Id).Select(token => Part(
        null, ("id", token.Id), ("content", token.Content), ("single_word", token.SingleWord), ("lstrip", token.LeftStrip),
        ("rstrip", token.RightStrip), ("normalized", token.Normalized), ("special", token.Special)))]);

    private static JsonObject? Precompiled(SentencePieceFile file) =>
        file.CharacterMap.Length == 0 ? null : Part("Precompiled", ("precompiled_charsmap", Convert.ToBase64String(file.CharacterMap)));

    private static JsonObject Metaspace(string scheme, bool split) => Part("Metaspace", ("replacement", Mark), ("prepend_scheme", scheme), ("split", split));

    private static JsonObject Replace(string text, string content) => Part("Replace", ("pattern", new JsonObject { ["String"] = text }), ("content", content));

    private static JsonObject ReplaceRuns(string content) => Part("Replace", ("pattern", new JsonObject { ["Regex"] = " {2,}" }), ("content", content));

    private static JsonObject Sequence(string name, params JsonObject?[] parts) => Part("Sequence", (name, new JsonArray([.. parts.OfType<JsonNode>()])));

    private static JsonObject Part(string? type, params (string Name, JsonNode? Value)[] fields)
    {
        var part = type is null ? new JsonObject() : new JsonObject { ["type"] = type };
        foreach (var (name, value) in fields) part[name] = value;
        return part;
    }

    // "$A" and "$B" are the texts; a type id follows a colon.
    private static JsonObject Template(IReadOnlyList<(string Piece, float)> pieces, string single, string pair)
    {
        var specials = new JsonObject();
        return Part("TemplateProcessing", ("single", Parts(single)), ("pair", Parts(pair)), ("special_tokens", specials));

        JsonArray Parts(string template) => new([.. template.Split(' ').Select(JsonNode (part) =>
        {
            var typed = part.EndsWith(":1", StringComparison.Ordinal);
            var name = typed ? part[..^2] : part;
            var sequence = name is "$A" or "$B";
            if (!sequence && !specials.ContainsKey(name)) specials[name] = Part(null, ("id", name), ("ids", new JsonArray(Id(name))), ("tokens", new JsonArray(name)));
            return new JsonObject { [sequence ? "Sequence" : "SpecialToken"] = new JsonObject { ["id"] = sequence ? name[1..] : name, ["type_id"] = typed ? 1 : 0 } };
        })]);

        int Id(string name) => pieces.Index().Where(entry => entry.Item.Piece == name).Select(entry => (int?)entry.Index).FirstOrDefault()
            ?? throw new InvalidDataException($"tokenizer.model has no piece '{name}', which the post-processor needs.");
    }
}
