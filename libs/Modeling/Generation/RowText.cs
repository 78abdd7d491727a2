using System.Text;
using Platform.Modeling.Tokenization;

namespace Platform.Modeling.Generation;

/// <summary>
/// The text of a row while it grows. Only whole characters come out, and nothing that may turn out to be the beginning of a stop
/// string; a stop string is found wherever the tokens' borders lie.
/// Differs from transformers' StopStringCriteria: a stop string that begins in the prompt does not count, and the text ends before
/// the stop string instead of behind the token that completes it.
/// </summary>
internal sealed class RowText(Tokenizer tokenizer, IReadOnlyList<string> stops)
{
    private readonly DecodeStream _stream = new(tokenizer);
    private readonly StringBuilder _released = new();
    private string _held = "";

    public bool IsStopped { get; private set; }

    /// <summary>All that came out.</summary>
    public string Text => _released.ToString();

    /// <summary>Takes the next token; gives what comes out by it.</summary>
    public string Add(int token)
    {
        var text = _held + _stream.Step(token);
        var stop = stops.Select(stop => text.IndexOf(stop, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(-1).Min();
        IsStopped = stop >= 0;
        var end = IsStopped ? stop : text.Length - MaybeBegun(text);
        _held = IsStopped ? "" : text[end..];
        return Release(text[..end]);
    }

    /// <summary>Nothing follows: what was held for the sake of stop strings comes out too.</summary>
    public string End()
    {
        var text = _held;
        _held = "";
        return Release(text);
    }

    private string Release(string text)
    {
        _released.Append(text);
        return text;
    }

    /// <summary>The length of the longest end of the text that a stop string begins with.</summary>
    private int MaybeBegun(string text)
    {
        var longest = stops.Count == 0 ? 0 : Math.Min(text.Length, stops.Max(stop => stop.Length) - 1);
        for (var length = longest; length > 0; length--)
        {
            var end = text[^length..];
            if (stops.Any(stop => stop.StartsWith(end, StringComparison.Ordinal))) return length;
        }

        return 0;
    }
}
