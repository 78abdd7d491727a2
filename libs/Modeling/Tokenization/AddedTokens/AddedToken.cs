using System.Text.Json;

namespace Platform.Modeling.Tokenization.AddedTokens;

/// <summary>A token that is found in the text before the model sees it.</summary>
/// <param name="SingleWord">Only where no word characters adjoin it.</param>
/// <param name="LeftStrip">Takes the white space before it.</param>
/// <param name="RightStrip">Takes the white space behind it.</param>
/// <param name="Normalized">Looked for in the normalised text, itself normalised.</param>
/// <param name="Special">Left out by decoding without special tokens.</param>
public sealed record AddedToken(int Id, string Content, bool SingleWord, bool LeftStrip, bool RightStrip, bool Normalized, bool Special)
{
    internal static AddedToken Read(JsonElement json) => Read(json, json.GetProperty("id").GetInt32());

    internal static AddedToken Read(JsonElement json, int id) => new(
        id is >= 0 and < int.MaxValue ? id : throw new InvalidDataException($"added_tokens has the id {id}; expected 0 or more."), json.GetProperty("content").Required(),
        json.Flag("single_word", false), json.Flag("lstrip", false), json.Flag("rstrip", false), json.Flag("normalized", true), json.Flag("special", false));
}
