using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Platform.Modeling.ChatTemplates.Jinja;

/// <summary>Reads one token of an expression.</summary>
internal static partial class ExpressionLexer
{
    private static readonly string[] Operators =
        ["**", "//", "==", "!=", ">=", "<=", "+", "-", "*", "/", "%", "~", "(", ")", "[", "]", "{", "}", ">", "<", "=", ".", ":", "|", ",", ";"];

    [GeneratedRegex(@"\G(?<!\.)(\d+_)*\d+((\.(\d+_)*\d+)?[eE][+\-]?(\d+_)*\d+|\.(\d+_)*\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex Float();

    [GeneratedRegex(@"\G(0[bB](_?[01])+|0[oO](_?[0-7])+|0[xX](_?[0-9a-fA-F])+|[1-9](_?\d)*|0(_?0)*)", RegexOptions.CultureInvariant)]
    private static partial Regex Integer();

    [GeneratedRegex(@"\G[\w-[\d]]\w*", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    public static Token Next(string source, ref int position, int line)
    {
        if (source[position] is '\'' or '"') return new Token(TokenKind.Text, Text(source, ref position, line), line);
        foreach (var (pattern, kind) in new[] { (Float(), TokenKind.Float), (Integer(), TokenKind.Integer), (Name(), TokenKind.Name) })
        {
            var match = pattern.Match(source, position);
            if (!match.Success) continue;
            position += match.Length;
            return new Token(kind, kind == TokenKind.Name ? match.Value : match.Value.Replace("_", "", StringComparison.Ordinal), line);
        }

        foreach (var symbol in Operators)
        {
            if (string.CompareOrdinal(source, position, symbol, 0, symbol.Length) != 0) continue;
            position += symbol.Length;
            return new Token(TokenKind.Operator, symbol, line);
        }

        throw new TemplateException(TemplateFault.Syntax, $"line {line}: unexpected character '{source[position]}'.");
    }

    private static string Text(string source, ref int position, int line)
    {
        var quote = source[position++];
        var text = new StringBuilder();
        while (position < source.Length && source[position] != quote)
        {
            if (source[position] == '\\' && position + 1 < source.Length) Escape(source, ref position, text, line);
            else text.Append(source[position++]);
        }

        if (position++ >= source.Length) throw new TemplateException(TemplateFault.Syntax, $"line {line}: a string is not closed.");
        return text.ToString();
    }

    private static void Escape(string source, ref int position, StringBuilder text, int line)
    {
        var letter = source[position + 1];
        position += 2;
        switch (letter)
        {
            case '\n':
                break;
            case 'x' or 'u' or 'U':
                var digits = letter == 'x' ? 2 : letter == 'u' ? 4 : 8;
                if (position + digits > source.Length || !int.TryParse(source.AsSpan(position, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var point) || point > 0x10FFFF)
                    throw new TemplateException(TemplateFault.Syntax, $"line {line}: '\\{letter}' needs {digits} hexadecimal digits.");
                position += digits;
                if (point is >= 0xD800 and <= 0xDFFF) text.Append((char)point);
                else text.Append(char.ConvertFromUtf32(point));
                break;
            case >= '0' and <= '7':
                var value = letter - '0';
                for (var i = 0; i < 2 && position < source.Length && source[position] is >= '0' and <= '7'; i++) value = (value * 8) + source[position++] - '0';
                text.Append((char)value);
                break;
            default:
                text.Append(letter switch
                {
                    'n' => "\n",
                    't' => "\t",
                    'r' => "\r",
                    'a' => "\a",
                    'b' => "\b",
                    'f' => "\f",
                    'v' => "\v",
                    '\\' => "\\",
                    '\'' => "'",
                    '"' => "\"",
                    _ => "\\" + letter,
                });
                break;
        }
    }
}
