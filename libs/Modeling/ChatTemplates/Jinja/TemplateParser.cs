namespace Platform.Modeling.ChatTemplates.Jinja;

/// <summary>Parses the statements of a template.</summary>
internal sealed class TemplateParser
{
    private const int DeepestNesting = 200;

    private readonly TokenReader _tokens;
    private int _depth;
    private readonly ExpressionParser _expressions;

    private TemplateParser(string source)
    {
        _tokens = new TokenReader(Lexer.Tokenize(source));
        _expressions = new ExpressionParser(_tokens);
    }

    public static IReadOnlyList<Statement> Parse(string source)
    {
        var parser = new TemplateParser(source);
        var body = parser.Body();
        return parser._tokens.Current.Kind == TokenKind.End ? body : throw parser._tokens.Unexpected("no such tag here");
    }

    // Statements up to one of the tags, whose name is left as the current token.
    private List<Statement> Body(params string[] ends)
    {
        if (++_depth > DeepestNesting) throw new TemplateException(TemplateFault.Syntax, $"blocks are nested more than {DeepestNesting} deep.");
        var body = Statements(ends);
        _depth--;
        return body;
    }

    private List<Statement> Statements(string[] ends)
    {
        List<Statement> body = [];
        while (true)
        {
            switch (_tokens.Current.Kind)
            {
                case TokenKind.End:
                    return ends.Length == 0 ? body : throw _tokens.Unexpected(string.Join(" or ", ends));
                case TokenKind.Data:
                    body.Add(new Statement.Text(_tokens.Take().Value));
                    break;
                case TokenKind.VariableBegin:
                    _tokens.Take();
                    body.Add(new Statement.Output(_expressions.ParseTuple()));
                    _tokens.Expect(TokenKind.VariableEnd);
                    break;
                default:
                    _tokens.Expect(TokenKind.BlockBegin);
                    if (_tokens.Current.Kind == TokenKind.Name && ends.Contains(_tokens.Current.Value)) return body;
                    body.Add(Tag());
                    break;
            }
        }
    }

    private List<Statement> BodyAndEnd(string end)
    {
        _tokens.Expect(TokenKind.BlockEnd);
        var body = Body(end);
        _tokens.Take();
        _tokens.Expect(TokenKind.BlockEnd);
        return body;
    }

    private Statement Tag()
    {
        var name = _tokens.Expect(TokenKind.Name);
        switch (name.Value)
        {
            case "if":
                return If();
            case "for":
                return For();
            case "set":
                return Set();
            case "with":
                return With();
            case "macro":
                var macro = _tokens.Expect(TokenKind.Name).Value;
                return new Statement.Macro(macro, Parameters(), BodyAndEnd("endmacro"));
            case "call":
                var parameters = _tokens.Current.Is("(") ? Parameters() : [];
                if (_expressions.Parse() is not Expression.Call call) throw _tokens.Unexpected("a call");
                return new Statement.CallBlock(call, new Statement.Macro("caller", parameters, BodyAndEnd("endcall")));
            case "filter":
                return new Statement.FilterBlock(_expressions.ParseFilters(null, startsInline: true), BodyAndEnd("endfilter"));
            case "generation":
                return new Statement.Generation(BodyAndEnd("endgeneration"));
            case "break" or "continue":
                _tokens.Expect(TokenKind.BlockEnd);
                return name.Value == "break" ? new Statement.Break() : new Statement.Continue();
            case "include" or "import" or "from" or "extends":
                while (_tokens.Current.Kind is not (TokenKind.BlockEnd or TokenKind.End)) _tokens.Take();
                _tokens.Expect(TokenKind.BlockEnd);
                return new Statement.Include();
            default:
                throw new TemplateException(TemplateFault.Syntax, $"line {name.Line}: unknown tag '{name.Value}'.");
        }
    }

    private Statement.If If()
    {
        List<(Expression, IReadOnlyList<Statement>)> branches = [];
        List<Statement> otherwise = [];
        while (true)
        {
            var test = _expressions.ParseTuple(withConditions: false);
            _tokens.Expect(TokenKind.BlockEnd);
            branches.Add((test, Body("elif", "else", "endif")));
            var tag = _tokens.Take().Value;
            if (tag == "elif") continue;
            if (tag == "else") otherwise = BodyAndEnd("endif");
            else _tokens.Expect(TokenKind.BlockEnd);
            return new Statement.If(branches, otherwise);
        }
    }

    private Statement.For For()
    {
        var target = _expressions.ParseTuple(targets: true);
        if (!_tokens.SkipName("in")) throw _tokens.Unexpected("'in'");
        var items = _expressions.ParseTuple(withConditions: false);
        var condition = _tokens.SkipName("if") ? _expressions.Parse() : null;
        var recursive = _tokens.SkipName("recursive");
        _tokens.Expect(TokenKind.BlockEnd);
        var body = Body("else", "endfor");
        List<Statement> otherwise = [];
        if (_tokens.Take().Value == "else") otherwise = BodyAndEnd("endfor");
        else _tokens.Expect(TokenKind.BlockEnd);
        return new Statement.For(target, items, condition, body, otherwise, recursive);
    }

    private Statement Set()
    {
        var target = _expressions.ParseTuple(targets: true);
        if (_tokens.Skip("="))
        {
            var value = _expressions.ParseTuple();
            _tokens.Expect(TokenKind.BlockEnd);
            return new Statement.Set(target, value);
        }

        var filter = _tokens.Current.Is("|") ? _expressions.ParseFilters(null) : null;
        return new Statement.SetBlock(target, filter, BodyAndEnd("endset"));
    }

    private Statement.With With()
    {
        List<(Expression, Expression)> values = [];
        while (_tokens.Current.Kind != TokenKind.BlockEnd)
        {
            if (values.Count > 0) _tokens.Expect(",");
            var target = new Expression.Variable(_tokens.Expect(TokenKind.Name).Value);
            _tokens.Expect("=");
            values.Add((target, _expressions.Parse()));
        }

        return new Statement.With(values, BodyAndEnd("endwith"));
    }

    private List<(string Name, Expression? Default)> Parameters()
    {
        List<(string, Expression?)> parameters = [];
        _tokens.Expect("(");
        while (!_tokens.Skip(")"))
        {
            var name = _tokens.Expect(TokenKind.Name).Value;
            parameters.Add((name, _tokens.Skip("=") ? _expressions.Parse() : null));
            if (!_tokens.Current.Is(")")) _tokens.Expect(",");
        }

        return parameters;
    }
}
