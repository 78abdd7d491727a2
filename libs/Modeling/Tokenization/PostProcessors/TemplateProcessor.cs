using System.Text.Json;

namespace Platform.Modeling.Tokenization.PostProcessors;

/// <summary>Arranges texts and special tokens by a template, one for a single text and one for a pair.</summary>
internal sealed class TemplateProcessor(
    IReadOnlyList<TemplateProcessor.Piece> single, IReadOnlyList<TemplateProcessor.Piece> pair, bool alsoTypeOverflow = false) : IPostProcessor
{
    /// <param name="Sequence">0 or 1 for a text, null for special tokens.</param>
    internal sealed record Piece(int? Sequence, int TypeId, IReadOnlyList<(int Id, string Token)> Tokens);

    public static TemplateProcessor Read(JsonElement json)
    {
        var specials = json.GetProperty("special_tokens").EnumerateObject().ToDictionary(
            entry => entry.Name,
            entry => entry.Value.GetProperty("ids").EnumerateArray().Zip(
                entry.Value.GetProperty("tokens").EnumerateArray(), (id, token) => (id.GetInt32(), token.Required())).ToList());
        var single = ReadPieces("single");
        if (single.Any(piece => piece.Sequence == 1)) throw new InvalidDataException("post_processor.single names the sequence B; expected A alone.");
        return new TemplateProcessor(single, ReadPieces("pair"));

        List<Piece> ReadPieces(string name) => [.. json.GetProperty(name).EnumerateArray().Select(piece =>
        {
            var entry = piece.EnumerateObject().First();
            var (id, typeId) = (entry.Value.GetProperty("id").Required(), entry.Value.GetProperty("type_id").GetInt32());
            return entry.Name == "Sequence" ? new Piece(id == "A" ? 0 : 1, typeId, []) : new Piece(null, typeId, specials[id]);
        })];
    }

    public static Piece Text(int sequence, int typeId) => new(sequence, typeId, []);

    public static Piece Special((int Id, string Token) token, int typeId) => new(null, typeId, [token]);

    /// <summary>BERT's: <c>[CLS] A [SEP] B [SEP]</c>.</summary>
    public static TemplateProcessor Bert((int Id, string Token) separator, (int Id, string Token) start) => new(
        [Special(start, 0), Text(0, 0), Special(separator, 0)],
        [Special(start, 0), Text(0, 0), Special(separator, 0), Text(1, 1), Special(separator, 1)]);

    /// <summary>RoBERTa's: <c>&lt;s&gt; A &lt;/s&gt;&lt;/s&gt; B &lt;/s&gt;</c>, all of type 0.</summary>
    public static TemplateProcessor Roberta((int Id, string Token) separator, (int Id, string Token) start) => new(
        [Special(start, 0), Text(0, 0), Special(separator, 0)],
        [Special(start, 0), Text(0, 0), Special(separator, 0), Special(separator, 0), Text(1, 0), Special(separator, 0)],
        alsoTypeOverflow: true);

    public int AddedTokens(bool forPair) => (forPair ? pair : single).Sum(piece => piece.Tokens.Count);

    public List<Encoding> Process(List<Encoding> parts, bool addSpecialTokens)
    {
        List<Encoding> arranged = [];
        foreach (var piece in parts.Count == 2 ? pair : single)
        {
            if (piece.Sequence is { } sequence)
            {
                SetTypes(parts[sequence], piece.TypeId);
                arranged.Add(parts[sequence]);
            }
            else if (addSpecialTokens)
            {
                var specials = new Encoding();
                foreach (var (id, token) in piece.Tokens) specials.Add(id, token, (0, 0), piece.TypeId, null, null, special: true);
                arranged.Add(specials);
            }
        }

        return arranged;
    }

    // With a template the overflow keeps the types of its texts: as the reference does it.
    private void SetTypes(Encoding encoding, int typeId)
    {
        for (var i = 0; i < encoding.Length; i++) encoding.TypeIds[i] = typeId;
        foreach (var overflow in encoding.Overflowing.Where(_ => alsoTypeOverflow)) SetTypes(overflow, typeId);
    }
}
