using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using k8s.Models;

namespace Platform.LocalCluster.Discovery;

/// <summary>The field descriptions that `kubectl explain` shows, from the client library's documentation file where it is deployed beside it.</summary>
internal static partial class TypeDescriptions
{
    private static readonly Lazy<Dictionary<string, string>> Texts = new(Load);

    public static string Of(Type type) => Texts.Value.GetValueOrDefault($"T:{type.FullName}") ?? "";

    public static string Of(PropertyInfo property) => Texts.Value.GetValueOrDefault($"P:{property.DeclaringType!.FullName}.{property.Name}") ?? "";

    private static Dictionary<string, string> Load()
    {
        var file = Path.ChangeExtension(typeof(V1Pod).Assembly.Location, ".xml");
        if (!File.Exists(file)) return [];
        return XDocument.Load(file).Descendants("member").Where(m => m.Attribute("name")?.Value.Contains("k8s.Models.", StringComparison.Ordinal) == true && m.Element("summary") is not null)
            .GroupBy(m => m.Attribute("name")!.Value).ToDictionary(g => g.Key, g => Whitespace().Replace(g.First().Element("summary")!.Value, " ").Trim());
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Whitespace();
}
