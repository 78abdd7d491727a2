using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.Tokenization.PreTokenizers;

/// <summary>
/// Cuts where the script changes; Hiragana, Katakana and Han count as one, spaces and unassigned code points as whatever they
/// stand next to. What stands before the first script belongs to no piece: the reference drops it.
/// </summary>
internal sealed class UnicodeScriptsPreTokenizer : IPreTokenizer
{
    private const int ProlongedSoundMark = 0x30FC; // is Common, but written in Kana only

    public void Apply(PreTokenizedText text) => text.Split(Cut);

    private static List<(int, int)> Cut(AlignedText text, int start, int end)
    {
        List<(int, int)> pieces = [];
        string? last = null;
        var from = -1;
        for (var i = start; i < end; i++)
        {
            if (ScriptOf(text[i]) is not { } script || script == last) continue;
            if (from >= 0) pieces.Add((from, i));
            (from, last) = (i, script);
        }

        if (from >= 0) pieces.Add((from, end));
        return pieces;
    }

    private static string? ScriptOf(int point) => point switch
    {
        ' ' => null,
        ProlongedSoundMark => "Han",
        _ => UnicodeScripts.Of(point) is "Hiragana" or "Katakana" ? "Han" : UnicodeScripts.Of(point),
    };
}
