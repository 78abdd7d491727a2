using System.Text.Json;
using System.Text.RegularExpressions;

namespace Platform.Modeling.Tokenization.Text;

/// <summary>What tokenizer.json calls a pattern: <c>{"String": "..."}</c> or <c>{"Regex": "..."}</c>; finds matches in code points.</summary>
internal sealed class TextPattern
{
    private readonly int[]? _literal;
    private readonly Regex? _expression;

    private TextPattern(int[]? literal, Regex? expression) => (_literal, _expression) = (literal, expression);

    public static TextPattern Literal(string text) => new(CodePoints.Of(text), null);

    public static TextPattern Expression(string pattern) => new(null, OnigurumaPattern.Compile(pattern));

    public static TextPattern Read(JsonElement pattern) => pattern.TryGetProperty("String", out var literal)
        ? Literal(literal.Required())
        : Expression(pattern.GetProperty("Regex").Required());

    /// <summary>The matches within a piece of the text, as ranges of the whole text; nothing outside the piece is seen.</summary>
    public List<(int Start, int End)> Matches(AlignedText text, int start, int end)
    {
        List<(int, int)> matches = [];
        if (_expression is not null)
        {
            try
            {
                foreach (var match in _expression.EnumerateMatches(text.Proxies[start..end])) matches.Add((start + match.Index, start + match.Index + match.Length));
                return matches;
            }
            catch (RegexMatchTimeoutException)
            {
                throw new InvalidDataException($"The pattern '{_expression}' takes more than {_expression.MatchTimeout.TotalSeconds} seconds for one match.");
            }
        }

        if (_literal!.Length == 0) return matches;
        for (var from = start; from < end;)
        {
            var found = text.Points[from..end].IndexOf(_literal);
            if (found < 0) break;
            matches.Add((from + found, from + found + _literal.Length));
            from += found + _literal.Length;
        }

        return matches;
    }
}
