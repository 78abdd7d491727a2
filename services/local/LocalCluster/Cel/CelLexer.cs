using System.Globalization;
using System.Text;

namespace Platform.LocalCluster.Cel;

internal enum CelToken
{
    End,
    Identifier,
    Number,
    Text,
    Bytes,
    Symbol,
}

/// <summary>Splits an expression into tokens; numbers and strings already have their values.</summary>
internal sealed class CelLexer(string text)
{
    private static readonly string[] Symbols = ["&&", "||", "==", "!=", "<=", ">=", ".?", "[?", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ".", ",", "(", ")", "[", "]", "{", "}"];

    private int _at;

    public List<(CelToken Kind, string Text, object? Value)> Tokens()
    {
        List<(CelToken, string, object?)> tokens = [];
        while (Skip())
        {
            var c = text[_at];
            if (char.IsAsciiDigit(c) || (c == '.' && _at + 1 < text.Length && char.IsAsciiDigit(text[_at + 1]))) tokens.Add(Number());
            else if (StringStart() is { } prefix) tokens.Add(Quoted(prefix));
            else if (char.IsAsciiLetter(c) || c == '_') tokens.Add(Word());
            else if (Symbols.FirstOrDefault(s => string.CompareOrdinal(text, _at, s, 0, s.Length) == 0) is { } symbol)
            {
                _at += symbol.Length;
                tokens.Add((CelToken.Symbol, symbol, null));
            }
            else throw new CelException($"Syntax error: token recognition error at: '{c}'");
        }
        tokens.Add((CelToken.End, "<EOF>", null));
        return tokens;
    }

    private bool Skip()
    {
        while (_at < text.Length)
        {
            if (char.IsWhiteSpace(text[_at])) _at++;
            else if (text[_at] == '/' && _at + 1 < text.Length && text[_at + 1] == '/')
                while (_at < text.Length && text[_at] != '\n') _at++;
            else return true;
        }
        return false;
    }

    private (CelToken, string, object?) Word()
    {
        var start = _at;
        while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] == '_')) _at++;
        return (CelToken.Identifier, text[start.._at], null);
    }

    private (CelToken, string, object?) Number()
    {
        var start = _at;
        if (text[_at] == '0' && _at + 1 < text.Length && text[_at + 1] is 'x' or 'X')
        {
            _at += 2;
            while (_at < text.Length && char.IsAsciiHexDigit(text[_at])) _at++;
            if (!long.TryParse(text.AsSpan(start + 2, _at - start - 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var hex)) throw new CelException("invalid int literal");
            return (CelToken.Number, text[start.._at], hex);
        }
        var real = false;
        while (_at < text.Length && char.IsAsciiDigit(text[_at])) _at++;
        if (_at + 1 < text.Length && text[_at] == '.' && char.IsAsciiDigit(text[_at + 1]))
        {
            real = true;
            _at++;
            while (_at < text.Length && char.IsAsciiDigit(text[_at])) _at++;
        }
        if (_at < text.Length && text[_at] is 'e' or 'E')
        {
            real = true;
            _at++;
            if (_at < text.Length && text[_at] is '+' or '-') _at++;
            while (_at < text.Length && char.IsAsciiDigit(text[_at])) _at++;
        }
        var digits = text[start.._at];
        if (!real && _at < text.Length && text[_at] is 'u' or 'U') _at++;
        if (real) return (CelToken.Number, digits, double.Parse(digits, CultureInfo.InvariantCulture));
        return (CelToken.Number, digits, long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var whole) ? whole
            : digits == "9223372036854775808" ? long.MinValue : throw new CelException("invalid int literal"));
    }

    private string? StringStart()
    {
        var i = _at;
        while (i < text.Length && text[i] is 'r' or 'R' or 'b' or 'B' && i - _at < 2) i++;
        return i < text.Length && text[i] is '"' or '\'' ? text[_at..i].ToLowerInvariant() : null;
    }

    private (CelToken, string, object?) Quoted(string prefix)
    {
        _at += prefix.Length;
        var quote = text[_at];
        var triple = string.CompareOrdinal(text, _at, new string(quote, 3), 0, 3) == 0;
        var end = new string(quote, triple ? 3 : 1);
        _at += end.Length;
        var value = new StringBuilder();
        while (string.CompareOrdinal(text, _at, end, 0, end.Length) != 0)
        {
            if (_at >= text.Length || (!triple && text[_at] == '\n')) throw new CelException("Syntax error: unterminated string");
            if (text[_at] == '\\' && !prefix.Contains('r', StringComparison.Ordinal)) Escape(value);
            else value.Append(text[_at++]);
        }
        _at += end.Length;
        return (prefix.Contains('b', StringComparison.Ordinal) ? CelToken.Bytes : CelToken.Text, "string", value.ToString());
    }

    private void Escape(StringBuilder value)
    {
        if (_at + 1 >= text.Length) throw new CelException("Syntax error: unterminated string");
        var c = text[_at + 1];
        _at += 2;
        var width = c switch { 'x' or 'X' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (width > 0)
        {
            if (_at + width > text.Length || !int.TryParse(text.AsSpan(_at, width), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var code) || !Rune.IsValid(code))
                throw new CelException("Syntax error: invalid escape");
            value.Append(new Rune(code).ToString());
            _at += width;
            return;
        }
        value.Append(c switch
        {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'a' => '\a',
            'b' => '\b',
            'f' => '\f',
            'v' => '\v',
            '\\' or '\'' or '"' or '`' or '?' => c,
            _ => throw new CelException($"Syntax error: invalid escape '\\{c}'"),
        });
    }
}
