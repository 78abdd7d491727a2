using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using k8s.Models;
using Platform.LocalCluster.Json;

namespace Platform.LocalCluster.Builtins;

/// <summary>Resource quantities ("500m", "1Gi").</summary>
public static partial class Quantities
{
    public const string FormatMessage = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

    public static bool TryParse(JsonNode? value, out decimal quantity)
    {
        quantity = 0;
        var text = value.Text() ?? value?.ToJsonString() ?? "";
        if (!Form().IsMatch(text) || text.Length > 40) return false;
        try
        {
            quantity = new ResourceQuantity(text).ToDecimal();
            return true;
        }
        catch (Exception unreadable) when (unreadable is FormatException or OverflowException or ArgumentException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$")]
    private static partial Regex Form();
}
