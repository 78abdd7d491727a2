namespace Platform.Modeling.ChatTemplates.Jinja;

/// <summary>Python's ways to cut a string.</summary>
internal static class StringSplitting
{
    public static List<object?> Split(string text, object? separator, int limit, bool fromRight)
    {
        if (separator is null) return SplitWhiteSpace(text, limit, fromRight);
        var mark = PythonText.Show(separator);
        if (mark.Length == 0) throw new TemplateException(TemplateFault.Other, "empty separator.");
        var parts = text.Split(mark);
        if (limit < 0 || parts.Length <= limit + 1) return [.. parts];
        return fromRight
            ? [string.Join(mark, parts[..^limit]), .. parts[^limit..]]
            : [.. parts[..limit], string.Join(mark, parts[limit..])];
    }

    public static IEnumerable<object?> Lines(string text, bool keepEnds)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = text.AsSpan(start).IndexOfAny("\n\r\v\f\x1c\x1d\x1e\u0085\u2028\u2029");
            end = end < 0 ? text.Length : start + end;
            var next = Math.Min(text.Length, end + 1);
            if (end + 1 < text.Length && text[end] == '\r' && text[end + 1] == '\n') next++;
            yield return text[start..(keepEnds ? next : end)];
            start = next;
        }
    }

    public static PythonList Partition(string text, string mark, bool fromRight)
    {
        var found = fromRight ? text.LastIndexOf(mark, StringComparison.Ordinal) : text.IndexOf(mark, StringComparison.Ordinal);
        string[] parts = found >= 0 ? [text[..found], mark, text[(found + mark.Length)..]] : fromRight ? ["", "", text] : [text, "", ""];
        return new PythonList(parts, isTuple: true);
    }

    private static List<object?> SplitWhiteSpace(string text, int limit, bool fromRight)
    {
        if (limit < 0) return [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)];
        List<object?> parts = [];
        var rest = fromRight ? text.TrimEnd() : text.TrimStart();
        while (rest.Length > 0)
        {
            var cut = parts.Count == limit ? -1 : fromRight
                ? rest.AsSpan().LastIndexOfAny(" \t\n\r\v\f")
                : rest.AsSpan().IndexOfAny(" \t\n\r\v\f");
            if (cut < 0)
            {
                parts.Add(parts.Count == limit && !fromRight ? rest : rest.Trim());
                break;
            }

            parts.Add(fromRight ? rest[(cut + 1)..] : rest[..cut]);
            rest = fromRight ? rest[..cut].TrimEnd() : rest[cut..].TrimStart();
        }

        if (fromRight) parts.Reverse();
        return parts;
    }
}
