namespace Platform.Modeling.Tokenization.Models;

/// <summary>A token of a word; its range counts UTF-8 bytes of the word.</summary>
internal readonly record struct ModelToken(int Id, string Value, int Start, int End);
