using System.Globalization;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Validation;

namespace Platform.LocalCluster.Selectors;

/// <summary>
/// The grammar of label selectors, token by token as apimachinery reads it, so that the messages of a refused selector agree.
/// </summary>
internal sealed class LabelSelectorParser(string text)
{
    private enum Token
    {
        End,
        Identifier,
        Operator,
        Open,
        Close,
        Comma,
    }

    private readonly List<(Token Kind, string Text)> _tokens = Scan(text);
    private int _at;

    private (Token Kind, string Text) Current => _tokens[_at];

    public List<LabelSelector.Requirement> Parse()
    {
        List<LabelSelector.Requirement> requirements = [];
        while (true)
        {
            switch (Current.Kind)
            {
                case Token.Identifier or Token.Operator when Current.Kind == Token.Identifier || Current.Text is "!" or "in" or "notin":
                    requirements.Add(ParseRequirement());
                    if (Current.Kind == Token.End) return requirements;
                    if (Current.Kind != Token.Comma) throw Refused($"found '{Current.Text}', expected: ',' or 'end of string'");
                    if (_tokens[_at + 1].Kind is not Token.Identifier && _tokens[_at + 1].Text is not ("!" or "in" or "notin"))
                        throw Refused($"found '{_tokens[_at + 1].Text}', expected: identifier after ','");
                    _at++;
                    break;
                case Token.End:
                    return requirements;
                default:
                    throw Refused($"found '{Current.Text}', expected: !, identifier, or 'end of string'");
            }
        }
    }

    private LabelSelector.Requirement ParseRequirement()
    {
        var absent = Current.Text == "!" && Current.Kind == Token.Operator;
        if (absent) _at++;
        var (kind, key) = Current;
        if (kind != Token.Identifier && key is not ("in" or "notin")) throw Unparsable($"found '{key}', expected: identifier");
        _at++;
        foreach (var problem in Names.QualifiedName(key)) throw Unparsable(FieldError.Invalid("<nil>", key, problem).ToString());
        if (absent) return new(key, "!", NoValues);
        if (Current.Kind is Token.End or Token.Comma) return new(key, "exists", NoValues);
        var name = Current.Text;
        if (Current.Kind != Token.Operator || name == "!") throw Unparsable($"found '{name}', expected: in, notin, =, ==, !=, gt, lt");
        _at++;
        var operation = name switch { ">" => "gt", "<" => "lt", _ => name };
        HashSet<string> values = operation is "in" or "notin" ? ParseSet() : [ParseValue()];
        if (operation is "gt" or "lt" && !long.TryParse(values.First(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            throw Unparsable(FieldError.Invalid("values[0]", values.First(), "for 'Gt', 'Lt' operators, the value must be an integer").ToString());
        var index = 0;
        foreach (var value in values)
            foreach (var problem in Names.LabelValue(value)) throw Unparsable(FieldError.Invalid($"values[{index++}][{key}]", value, problem).ToString());
        return new(key, operation, values);
    }

    private HashSet<string> ParseSet()
    {
        if (Current.Kind != Token.Open) throw Unparsable($"found '{Current.Text}' expected: '('");
        _at++;
        HashSet<string> values = [];
        var expectValue = true;
        while (true)
        {
            switch (Current.Kind)
            {
                case Token.Close:
                    if (expectValue) values.Add("");
                    _at++;
                    return values;
                case Token.Comma:
                    if (expectValue) values.Add("");
                    expectValue = true;
                    _at++;
                    break;
                case Token.Identifier or Token.Operator when expectValue && Current.Text is not ("!" or "=" or "==" or "!=" or ">" or "<"):
                    values.Add(Current.Text);
                    expectValue = false;
                    _at++;
                    break;
                default:
                    throw Unparsable($"found '{Current.Text}', expected: ',', or identifier");
            }
        }
    }

    private string ParseValue()
    {
        if (Current.Kind is Token.End or Token.Comma) return "";
        if (Current.Kind != Token.Identifier && Current.Text is not ("in" or "notin")) throw Unparsable($"found '{Current.Text}', expected: identifier");
        return _tokens[_at++].Text;
    }

    private static readonly HashSet<string> NoValues = [];

    private static List<(Token, string)> Scan(string text)
    {
        List<(Token, string)> tokens = [];
        for (var i = 0; i < text.Length;)
        {
            var c = text[i];
            if (char.IsWhiteSpace(c))
            {
                i++;
                continue;
            }
            if (c is '(' or ')' or ',')
            {
                tokens.Add((c switch { '(' => Token.Open, ')' => Token.Close, _ => Token.Comma }, c.ToString()));
                i++;
                continue;
            }
            var start = i;
            if (IsOperator(c))
            {
                i++;
                if (i < text.Length && text[i] == '=' && c is '=' or '!') i += i < text.Length && text[i] == '=' ? 1 : 0;
                tokens.Add((Token.Operator, text[start..i]));
                continue;
            }
            while (i < text.Length && !IsOperator(text[i]) && !char.IsWhiteSpace(text[i]) && text[i] is not ('(' or ')' or ',')) i++;
            var word = text[start..i];
            tokens.Add((word is "in" or "notin" ? Token.Operator : Token.Identifier, word));
        }
        tokens.Add((Token.End, ""));
        tokens.Add((Token.End, ""));
        return tokens;
    }

    private static bool IsOperator(char c) => c is '=' or '!' or '<' or '>';

    private static ApiStatusException Refused(string message) => ApiStatusException.BadRequest(message);

    private static ApiStatusException Unparsable(string message) => ApiStatusException.BadRequest("unable to parse requirement: " + message);
}
