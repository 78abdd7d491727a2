using System.Text.RegularExpressions;

namespace Platform.Modeling.ChatTemplates.Jinja;

/// <summary>Cuts a template into tokens, with Jinja's <c>trim_blocks</c> and <c>lstrip_blocks</c> on.</summary>
internal sealed partial class Lexer
{
    private readonly string _source;
    private readonly List<Token> _tokens = [];
    private int _position;
    private (int Position, int Line) _counted = (0, 1);
    private bool _lineStarts = true;

    private Lexer(string source)
    {
        source = source.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        _source = source.EndsWith('\n') ? source[..^1] : source;
    }

    public static List<Token> Tokenize(string source)
    {
        var lexer = new Lexer(source);
        lexer.Run();
        return lexer._tokens;
    }

    [GeneratedRegex(@"\G\{%[-+]?\s*raw\s*(-%\}\s*|%\})", RegexOptions.CultureInvariant)]
    private static partial Regex RawBegin();

    [GeneratedRegex(@"\{%([-+]?)\s*endraw\s*(\+%\}|-%\}\s*|%\}\n?)", RegexOptions.CultureInvariant)]
    private static partial Regex RawEnd();

    private void Run()
    {
        while (true)
        {
            var tag = NextTag();
            if (tag < 0)
            {
                Add(TokenKind.Data, _source[_position..]);
                Add(TokenKind.End, "");
                return;
            }

            var kind = _source[tag + 1];
            var sign = tag + 2 < _source.Length && _source[tag + 2] is ('-' or '+') ? _source[tag + 2] : ' ';
            if (sign == '+' && kind == '{') sign = ' ';
            Data(tag, sign, strip: kind != '{');
            switch (kind)
            {
                case '#':
                    Comment(tag);
                    break;
                case '%' when RawBegin().Match(_source, tag) is { Success: true } raw && raw.Index == tag:
                    Raw(raw);
                    break;
                default:
                    _position = tag + (sign == ' ' ? 2 : 3);
                    Add(kind == '{' ? TokenKind.VariableBegin : TokenKind.BlockBegin, "");
                    Expression(kind == '{' ? "}}" : "%}", kind == '{' ? TokenKind.VariableEnd : TokenKind.BlockEnd);
                    break;
            }
        }
    }

    private int NextTag()
    {
        for (var i = _position; i + 1 < _source.Length; i++)
        {
            if (_source[i] == '{' && _source[i + 1] is ('{' or '%' or '#')) return i;
        }

        return -1;
    }

    // Text up to a tag: '-' takes the white space before it, and a block alone at the start of its line takes its indentation.
    private void Data(int end, char sign, bool strip)
    {
        var text = _source[_position..end];
        if (sign == '-') text = text.TrimEnd();
        else if (sign != '+' && strip)
        {
            var line = text.LastIndexOf('\n') + 1;
            if ((line > 0 || _lineStarts) && string.IsNullOrWhiteSpace(text[line..])) text = text[..line];
        }

        if (text.Length > 0) Add(TokenKind.Data, text);
    }

    private void Comment(int start)
    {
        var end = _source.IndexOf("#}", start + 2, StringComparison.Ordinal);
        if (end < 0) throw Error("a comment is not closed");
        EndTag(end, blockLike: true);
    }

    private void Raw(Match begin)
    {
        _position = begin.Index + begin.Length;
        var end = RawEnd().Match(_source, _position);
        if (!end.Success) throw Error("a raw block is not closed");
        _lineStarts = false;
        Data(end.Index, end.Groups[1].Value is [var sign] ? sign : ' ', strip: true);
        _position = end.Index + end.Length;
        _lineStarts = end.Value.EndsWith('\n');
    }

    // '-' before the end takes the white space behind it; a block or comment takes one line end unless '+' forbids it.
    private void EndTag(int end, bool blockLike)
    {
        var sign = _source[end - 1];
        _position = end + 2;
        if (sign == '-')
        {
            while (_position < _source.Length && char.IsWhiteSpace(_source[_position])) _position++;
        }
        else if (sign != '+' && blockLike && _position < _source.Length && _source[_position] == '\n') _position++;
        _lineStarts = _source[_position - 1] == '\n';
    }

    private void Expression(string end, TokenKind endKind)
    {
        var open = new Stack<char>();
        while (true)
        {
            while (_position < _source.Length && char.IsWhiteSpace(_source[_position])) _position++;
            if (_position >= _source.Length) throw Error($"'{end}' is missing");
            if (open.Count == 0)
            {
                var signed = _source[_position] is '-' or '+' ? 1 : 0;
                if (signed == 1 && _source[_position] == '+' && end == "}}") signed = 0;
                if (string.CompareOrdinal(_source, _position + signed, end, 0, 2) == 0)
                {
                    EndTag(_position + signed, end == "%}");
                    Add(endKind, "");
                    return;
                }
            }

            var token = ExpressionLexer.Next(_source, ref _position, Line());
            if (token.Kind == TokenKind.Operator) Balance(open, token.Value[0]);
            _tokens.Add(token);
        }
    }

    private void Balance(Stack<char> open, char symbol)
    {
        if (symbol is '(' or '[' or '{') open.Push(symbol switch { '(' => ')', '[' => ']', _ => '}' });
        else if (symbol is (')' or ']' or '}') && (!open.TryPop(out var expected) || expected != symbol)) throw Error($"unexpected '{symbol}'");
    }

    // Counts on from the last place asked for, so that a long template costs no more than its length.
    private int Line()
    {
        var position = Math.Min(_position, _source.Length);
        if (position < _counted.Position) _counted = (0, 1);
        _counted = (position, _counted.Line + _source.AsSpan(_counted.Position..position).Count('\n'));
        return _counted.Line;
    }

    private void Add(TokenKind kind, string value) => _tokens.Add(new Token(kind, value, kind == TokenKind.Data ? 0 : Line()));

    private TemplateException Error(string what) => new(TemplateFault.Syntax, $"line {Line()}: {what}.");
}
