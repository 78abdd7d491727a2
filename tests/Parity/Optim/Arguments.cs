using System.Text.Json;

namespace Platform.Parity.Optim;

/// <summary>Keyword arguments as the goldens record them.</summary>
internal static class Arguments
{
    public static double Number(this JsonElement arguments, string name, double otherwise) => arguments.OptionalNumber(name) ?? otherwise;

    public static double? OptionalNumber(this JsonElement arguments, string name) =>
        arguments.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    public static bool Flag(this JsonElement arguments, string name, bool otherwise = false) =>
        arguments.TryGetProperty(name, out var value) ? value.GetBoolean() : otherwise;

    public static string Text(this JsonElement arguments, string name, string otherwise) =>
        arguments.TryGetProperty(name, out var value) ? value.GetString()! : otherwise;

    public static (double First, double Second) Betas(this JsonElement arguments, double first, double second) =>
        arguments.TryGetProperty("betas", out var pair) ? (pair[0].GetDouble(), pair[1].GetDouble()) : (first, second);
}
