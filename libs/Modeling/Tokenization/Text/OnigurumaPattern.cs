using System.Text;
using System.Text.RegularExpressions;

namespace Platform.Modeling.Tokenization.Text;

/// <summary>
/// Translates the regular expressions of tokenizer.json (Oniguruma, Ruby syntax) to .NET's: possessive quantifiers become
/// atomic groups, <c>\w</c> and <c>\h</c> their Ruby meaning, <c>^</c> and <c>$</c> match at every line.
/// </summary>
/// <remarks>Nested character classes, intersections and absent operators are refused, not approximated.</remarks>
internal sealed class OnigurumaPattern
{
    private const string Word = @"\p{L}\p{M}\p{N}\p{Pc}";

    private const int DeepestNesting = 100;

    private static readonly TimeSpan LongestMatch = TimeSpan.FromSeconds(5);

    private readonly string _source;
    private readonly StringBuilder _output = new();
    private int _position;
    private int _caseInsensitive;
    private int _depth;

    private OnigurumaPattern(string source) => _source = source;

    /// <summary>The expression, to be run over <see cref="AlignedText.Proxies"/>.</summary>
    /// <exception cref="NotSupportedException">The pattern uses a feature that .NET lacks.</exception>
    public static Regex Compile(string source)
    {
        var pattern = new OnigurumaPattern(source);
        pattern.Alternatives();
        if (pattern._position < source.Length) throw pattern.Unsupported("an unmatched ')'");
        return new Regex(pattern._output.ToString(), RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.Compiled, LongestMatch);
    }

    private void Alternatives()
    {
        while (_position < _source.Length && _source[_position] != ')')
        {
            if (_source[_position] is '|' or '^' or '$')
            {
                _output.Append(_source[_position++]);
                continue;
            }

            var atom = _output.Length;
            Atom();
            Quantifier(atom);
        }
    }

    private void Atom()
    {
        switch (_source[_position])
        {
            case '(':
                Group();
                break;
            case '[':
                Class();
                break;
            case '\\':
                _output.Append(Escape(inClass: false));
                break;
            // 'ſ' folds to 's' in Unicode, but not in .NET.
            case 's' or 'S' when _caseInsensitive > 0:
                _position++;
                _output.Append("[sſ]");
                break;
            default:
                _output.Append(_source[_position++]);
                break;
        }
    }

    private void Group()
    {
        if (++_depth > DeepestNesting) throw Unsupported($"groups nested more than {DeepestNesting} deep");
        _position++;
        var folds = false;
        if (At("?"))
        {
            var start = _position;
            if (At("?i:")) folds = true;
            else if (!At("?:") && !At("?=") && !At("?!") && !At("?>") && !At("?<=") && !At("?<!")) throw Unsupported("the group '(?" + _source[(start + 1)..Math.Min(start + 3, _source.Length)] + "'");
            var end = _source.IndexOfAny([':', '=', '!', '>'], start) + 1;
            _output.Append('(').Append(_source, start, end - start);
            _position = end;
        }
        else _output.Append("(?:"); // groups capture nothing that is needed

        if (folds) _caseInsensitive++;
        Alternatives();
        if (folds) _caseInsensitive--;
        if (_position >= _source.Length) throw Unsupported("an unclosed group");
        _depth--;
        _position++;
        _output.Append(')');
    }

    private void Class()
    {
        _output.Append('[');
        _position++;
        if (At("^"))
        {
            _output.Append('^');
            _position++;
        }

        for (var first = true; ; first = false)
        {
            if (_position >= _source.Length) throw Unsupported("an unclosed character class");
            var character = _source[_position];
            if (character == ']' && !first) break;
            if (character == '[') throw Unsupported("a character class within a character class");
            if (At("&&")) throw Unsupported("an intersection of character classes");
            if (character == '\\')
            {
                _output.Append(Escape(inClass: true));
                continue;
            }

            if (_caseInsensitive > 0 && character is ('s' or 'S')) _output.Append('ſ');
            if (character == ']') _output.Append('\\');
            _output.Append(character);
            _position++;
        }

        _position++;
        _output.Append(']');
    }

    private string Escape(bool inClass)
    {
        if (++_position >= _source.Length) throw Unsupported("a backslash at the end");
        var letter = _source[_position++];
        switch (letter)
        {
            case 'w':
                return inClass ? Word : $"[{Word}]";
            case 'W' when !inClass:
                return $"[^{Word}]";
            case 'h':
                return inClass ? "0-9a-fA-F" : "[0-9a-fA-F]";
            case 'R' when !inClass:
                return @"(?>\r\n|[\n-\r\x85\u2028\u2029])";
            case 'p' or 'P':
                return Property(letter, inClass);
            case 'd' or 'D' or 's' or 'S' or 'n' or 'r' or 't' or 'f' or 'v' or 'a' or 'e' or 'x' or 'u' or 'A' or 'z' or 'Z':
                return "\\" + letter;
            default:
                if (char.IsAsciiLetterOrDigit(letter)) throw Unsupported($"the escape '\\{letter}'");
                return letter <= 0x7F ? "\\" + letter : letter.ToString();
        }
    }

    private string Property(char letter, bool inClass)
    {
        var end = _source.IndexOf('}', _position);
        if (!At("{") || end < 0) throw Unsupported($"'\\{letter}' without a name in braces");
        var name = _source[(_position + 1)..end];
        _position = end + 1;
        var negated = letter == 'P' ^ name.StartsWith('^');
        name = name.TrimStart('^');
        if (name.Length <= 2) return $"\\{(negated ? 'P' : 'p')}{{{name}}}";
        var ranges = UnicodeScripts.PatternRanges(name) ?? throw Unsupported($"the property '{name}'");
        if (inClass && negated) throw Unsupported($"the negated property '{name}' within a character class");
        return inClass ? ranges : $"[{(negated ? "^" : "")}{ranges}]";
    }

    private void Quantifier(int atom)
    {
        if (_position >= _source.Length) return;
        var start = _position;
        if (_source[_position] is '*' or '+' or '?') _position++;
        else if (_source[_position] == '{' && _source.IndexOf('}', _position) is var end and > 0) _position = end + 1;
        else return;

        var interval = _source[start] == '{';
        _output.Append(_source, start, _position - start);
        if (At("?"))
        {
            _output.Append('?');
            _position++;
        }
        else if (At("+") && !interval)
        {
            _output.Insert(atom, "(?>").Append(')');
            _position++;
        }
    }

    private bool At(string text) => string.CompareOrdinal(_source, _position, text, 0, text.Length) == 0;

    private NotSupportedException Unsupported(string what) =>
        new($"The pattern '{_source}' of tokenizer.json uses {what} at character {_position + 1}, which is not supported.");
}
