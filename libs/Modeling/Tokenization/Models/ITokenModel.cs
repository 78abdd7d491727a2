namespace Platform.Modeling.Tokenization.Models;

/// <summary>Turns the pieces that pre-tokenisation left into tokens of the vocabulary.</summary>
internal interface ITokenModel
{
    int VocabularySize { get; }

    List<ModelToken> Tokenize(string word);

    int? IdOf(string token);

    string? TokenOf(int id);

    /// <summary>Where it stands behind anything else a word begins, over whose beginning no token reaches; null for none.</summary>
    int? WordMark => null;

    IEnumerable<KeyValuePair<string, int>> Vocabulary { get; }
}
