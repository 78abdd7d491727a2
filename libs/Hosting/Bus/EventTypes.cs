using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using MassTransit;
using MassTransit.Serialization;
using Platform.Contracts;

namespace Platform.Hosting.Bus;

/// <summary>The events of <c>Platform.Contracts</c> by their fixed names.</summary>
public static class EventTypes
{
    private const string Prefix = "urn:message:"; // what MassTransit puts before a name that is no URN yet

    private static readonly FrozenDictionary<string, Type> ByUrn = typeof(IRunEvent).Assembly.GetTypes()
        .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IRunEvent)))
        .ToFrozenDictionary(UrnOf);

    /// <summary>How events are written: the bus's own serializer options.</summary>
    public static JsonSerializerOptions Json => SystemTextJsonMessageSerializer.Options;

    public static IEnumerable<Type> All => ByUrn.Values;

    /// <summary>For example <c>platform:training-completed:v1</c>.</summary>
    public static string UrnOf(Type type)
    {
        var urn = type.GetCustomAttribute<MessageUrnAttribute>()?.Urn.ToString() ?? throw new ArgumentException($"{type} has no [MessageUrn].", nameof(type));
        return urn.StartsWith(Prefix, StringComparison.Ordinal) ? urn[Prefix.Length..] : urn;
    }

    /// <summary>The name as part of a queue's name: <c>training-completed.v1</c>.</summary>
    public static string NameOf(Type type) => string.Join('.', UrnOf(type).Split(':').Skip(1));

    /// <summary>The event, or null when this version knows no such name or cannot read the body.</summary>
    public static IRunEvent? Read(string urn, string body)
    {
        if (!ByUrn.TryGetValue(urn, out var type)) return null;
        try
        {
            return (IRunEvent?)JsonSerializer.Deserialize(body, type, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
