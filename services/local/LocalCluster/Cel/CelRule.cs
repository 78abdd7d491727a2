using System.Text.Json.Nodes;
using Platform.LocalCluster.Json;

namespace Platform.LocalCluster.Cel;

/// <summary>One entry of x-kubernetes-validations, parsed once.</summary>
public sealed class CelRule
{
    private CelRule(JsonObject source)
    {
        Rule = (source.Text("rule") ?? "").Trim();
        Expression = CelParser.Parse(Rule);
        Message = source.Text("message") ?? "";
        MessageExpression = source.Text("messageExpression") is { Length: > 0 } text ? CelParser.Parse(text) : null;
        Reason = source.Text("reason") is { Length: > 0 } reason ? reason : "FieldValueInvalid";
        FieldPath = source.Text("fieldPath") ?? "";
        OptionalOldSelf = source.Flag("optionalOldSelf") == true;
        IsTransition = Mentions(Expression, "oldSelf");
    }

    public string Rule { get; }

    public CelExpression Expression { get; }

    public string Message { get; }

    public CelExpression? MessageExpression { get; }

    public string Reason { get; }

    public string FieldPath { get; }

    public bool OptionalOldSelf { get; }

    /// <summary>The rule compares with the old value, so it holds by itself where there is none.</summary>
    public bool IsTransition { get; }

    /// <summary>Throws <see cref="CelException"/> where it does not parse.</summary>
    public static CelRule Read(JsonObject source) => new(source);

    private static bool Mentions(CelExpression expression, string name)
    {
        CelParser.EnsureStack();
        return expression switch
        {
            Identifier identifier => identifier.Name == name,
            Select select => Mentions(select.Operand, name),
            IndexAt index => Mentions(index.Operand, name) || Mentions(index.Key, name),
            Call call => (call.Target is not null && Mentions(call.Target, name)) || call.Arguments.Any(a => Mentions(a, name)),
            ListOf list => list.Items.Any(i => Mentions(i, name)),
            MapOf map => map.Entries.Any(e => Mentions(e.Key, name) || Mentions(e.Value, name)),
            _ => false,
        };
    }
}
