using System.Globalization;
using System.Text.Json.Nodes;
using Platform.Modeling.Configuration;

namespace Platform.Modeling.Tasks;

/// <summary>What a classifier's loss is.</summary>
public enum ClassificationProblem
{
    /// <summary>One number per text: mean squared error.</summary>
    Regression,

    /// <summary>One class of several: cross-entropy.</summary>
    SingleLabel,

    /// <summary>Any number of classes: binary cross-entropy of each.</summary>
    MultiLabel,
}

/// <summary>The classes of a classifier, as config.json names them.</summary>
/// <param name="Names">In the order of the logits.</param>
/// <param name="Stated">The <c>problem_type</c>; null: derived from the labels, see <see cref="ClassificationLoss"/>.</param>
public sealed record ClassificationLabels(IReadOnlyList<string> Names, ClassificationProblem? Stated = null)
{
    private static readonly Dictionary<string, ClassificationProblem> Problems = new()
    {
        ["regression"] = ClassificationProblem.Regression,
        ["single_label_classification"] = ClassificationProblem.SingleLabel,
        ["multi_label_classification"] = ClassificationProblem.MultiLabel,
    };

    public int Count => Names.Count;

    /// <summary>Reads <c>id2label</c>, else <c>num_labels</c>, else two classes as transformers does, and <c>problem_type</c>.</summary>
    /// <exception cref="ModelConfigException">The labels or the problem type are malformed.</exception>
    public static ClassificationLabels Read(JsonObject config)
    {
        var fields = new ConfigFields(config);
        var names = config["id2label"] is JsonObject byId
            ? byId.OrderBy(pair => int.TryParse(pair.Key, CultureInfo.InvariantCulture, out var id) ? id : fields.Wrong("id2label", $"has the key '{pair.Key}'; keys must be whole numbers", 0))
                .Select(pair => pair.Value?.ToString() ?? "").ToList()
            : [.. Enumerable.Range(0, (int)fields.Positive("num_labels", 2)).Select(id => string.Create(CultureInfo.InvariantCulture, $"LABEL_{id}"))];
        fields.Require(names.Count > 0, "id2label is empty; it must name at least one class");
        ClassificationProblem? stated = fields.Text("problem_type", "") switch
        {
            "" => null,
            var text when Problems.TryGetValue(text, out var problem) => problem,
            var other => fields.Wrong<ClassificationProblem?>("problem_type", $"is '{other}'; known are {string.Join(", ", Problems.Keys)}", null),
        };
        fields.ThrowIfWrong();
        return new ClassificationLabels(names, stated);
    }

    /// <summary>Writes what <see cref="Read"/> reads.</summary>
    public void Write(JsonObject config)
    {
        config.Remove("num_labels");
        config["id2label"] = new JsonObject(Names.Select((name, id) => KeyValuePair.Create(id.ToString(CultureInfo.InvariantCulture), (JsonNode?)name)));
        config["label2id"] = new JsonObject(Names.Select((name, id) => KeyValuePair.Create(name, (JsonNode?)id)));
        if (Stated is { } problem) config["problem_type"] = Problems.First(pair => pair.Value == problem).Key;
    }
}
