using System.Text.Json;

namespace Platform.Modeling.Tokenization.Models;

/// <summary>Reads the <c>model</c> part of tokenizer.json.</summary>
internal static class TokenModelReader
{
    public static ITokenModel Read(JsonElement json) => (json.Text("type") ?? GuessType(json)) switch
    {
        "BPE" => BytePairModel.Read(json),
        "WordPiece" => WordPieceModel.Read(json),
        "WordLevel" => WordLevelModel.Read(json),
        "Unigram" => UnigramModel.Read(json),
        var other => throw new NotSupportedException($"model.type is '{other}'; supported are BPE, WordPiece, WordLevel and Unigram."),
    };

    // Files of old versions lack the type.
    private static string GuessType(JsonElement json) =>
        json.TryGetProperty("merges", out _) ? "BPE"
        : json.GetProperty("vocab").ValueKind == JsonValueKind.Array ? "Unigram"
        : json.TryGetProperty("continuing_subword_prefix", out _) ? "WordPiece" : "WordLevel";
}
