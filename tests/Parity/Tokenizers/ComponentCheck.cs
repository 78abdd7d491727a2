using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Modeling.Tokenization;
using Platform.Modeling.Tokenization.Decoders;
using Platform.Modeling.Tokenization.Models;
using Platform.Modeling.Tokenization.Normalizers;
using Platform.Modeling.Tokenization.PreTokenizers;
using Platform.Modeling.Tokenization.Text;

namespace Platform.Parity.Tokenizers;

/// <summary>Each normalizer, pre-tokenizer, decoder, model and post-processor alone.</summary>
internal static class ComponentCheck
{
    public static void Run(JsonElement component, Mismatches mismatches)
    {
        var json = component.GetProperty("json");
        var kind = component.GetProperty("kind").GetString();
        foreach (var row in component.GetProperty("cases").EnumerateArray())
        {
            var what = $"{kind} {json.GetProperty("type")} of {row[0].GetRawText()}";
            mismatches.Try(what, () =>
            {
                switch (kind)
                {
                    case "normalizer":
                        mismatches.Check(what, row[1].GetString()!, NormalizerReader.Read(json).Normalize(AlignedText.Of(row[0].GetString()!)).ToString());
                        break;
                    case "pre_tokenizer":
                        mismatches.Check(what, row[1], Cut(PreTokenizerReader.Read(json), row[0].GetString()!));
                        break;
                    case "decoder":
                        mismatches.Check(what, row[1].GetString()!, string.Concat(DecoderReader.Read(json).Decode([.. row[0].EnumerateArray().Select(token => token.GetString()!)])));
                        break;
                    case "model":
                        CheckModel(json, row, what, mismatches);
                        break;
                    case "post_processor":
                        CheckPostProcessor(component, row, what, mismatches);
                        break;
                    default:
                        throw new UnsupportedCaseException($"components of the kind '{kind}' are not known");
                }
            });
        }
    }

    private static IEnumerable<object[]> Cut(IPreTokenizer preTokenizer, string text)
    {
        var cut = new PreTokenizedText(AlignedText.Of(text));
        preTokenizer.Apply(cut);
        return cut.Pieces.Select(piece => new object[] { cut.Text.Slice(piece.Start, piece.End), cut.Text.StartOf(piece.Start), cut.Text.EndOf(piece.End - 1) });
    }

    private static void CheckModel(JsonElement json, JsonElement row, string what, Mismatches mismatches)
    {
        var model = TokenModelReader.Read(json);
        if (row[1].ValueKind == JsonValueKind.Array)
        {
            mismatches.Check(what, row[1], model.Tokenize(row[0].GetString()!).Select(token => new object[] { token.Value, token.Id, token.Start, token.End }));
            return;
        }

        var refused = false;
        try
        {
            model.Tokenize(row[0].GetString()!);
        }
        catch (InvalidDataException)
        {
            refused = true;
        }

        mismatches.Check($"{what}: refused", "True", refused.ToString());
    }

    private static void CheckPostProcessor(JsonElement component, JsonElement row, string what, Mismatches mismatches)
    {
        var definition = new JsonObject
        {
            ["model"] = new JsonObject { ["type"] = "WordLevel", ["vocab"] = JsonNode.Parse(component.GetProperty("model").GetRawText()), ["unk_token"] = "[U]" },
            ["pre_tokenizer"] = JsonNode.Parse(component.GetProperty("pre_tokenizer").GetRawText()),
            ["post_processor"] = JsonNode.Parse(component.GetProperty("json").GetRawText()),
        };
        var tokenizer = Tokenizer.Parse(definition.ToJsonString());
        var special = row[2].GetBoolean();
        var encoding = row[1].ValueKind == JsonValueKind.Null ? tokenizer.Encode(row[0].GetString()!, special) : tokenizer.EncodePair(row[0].GetString()!, row[1].GetString()!, special);
        mismatches.Check(what, row[3], new Dictionary<string, object>
        {
            ["ids"] = encoding.Ids,
            ["type_ids"] = encoding.TypeIds,
            ["offsets"] = TokenizersArea.Flat(encoding),
            ["special_mask"] = encoding.SpecialTokensMask,
            ["sequence_ids"] = encoding.SequenceIds,
        });
    }
}
