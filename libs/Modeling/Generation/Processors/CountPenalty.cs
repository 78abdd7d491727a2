using static TorchSharp.torch;

namespace Platform.Modeling.Generation.Processors;

/// <summary>
/// score - frequency · count - presence · (count > 0), where count is how often the token was chosen; the prompt does not count.
/// The penalties of OpenAI's API (https://platform.openai.com/docs/api-reference); transformers has none.
/// </summary>
internal sealed class CountPenalty(double presence, double frequency) : ILogitsProcessor
{
    public void Apply(IReadOnlyList<TokenRow> rows, Tensor scores)
    {
        var chosen = new TokenPlaces(scores);
        List<float> penalties = [];
        for (var row = 0; row < rows.Count; row++)
        {
            foreach (var (token, count) in rows[row].Tokens.Skip(rows[row].PromptLength).CountBy(token => token))
            {
                chosen.Add(row, token);
                penalties.Add((float)(presence + frequency * count));
            }
        }

        chosen.Change(old =>
        {
            using var lost = tensor(penalties.ToArray(), device: old.device);
            return old.sub(lost);
        });
    }
}
