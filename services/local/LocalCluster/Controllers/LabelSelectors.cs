using k8s.Models;

namespace Platform.LocalCluster.Controllers;

/// <summary>Label selectors, from their object form to that of a query.</summary>
public static class LabelSelectors
{
    public static string Format(V1LabelSelector? selector)
    {
        var equal = (selector?.MatchLabels ?? new Dictionary<string, string>()).Select(label => $"{label.Key}={label.Value}");
        var expressions = (selector?.MatchExpressions ?? []).Select(expression => expression.OperatorProperty switch
        {
            "In" => $"{expression.Key} in ({string.Join(',', expression.Values)})",
            "NotIn" => $"{expression.Key} notin ({string.Join(',', expression.Values)})",
            "Exists" => expression.Key,
            "DoesNotExist" => $"!{expression.Key}",
            var unknown => throw new ArgumentException(
                $"matchExpressions.operator is '{unknown}'; it must be one of In, NotIn, Exists, DoesNotExist."),
        });
        return string.Join(',', equal.Concat(expressions));
    }
}
