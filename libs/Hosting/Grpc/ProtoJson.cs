using Google.Protobuf;

namespace Platform.Hosting.Grpc;

/// <summary>Proto messages as they are kept in text columns: their JSON, readable by later versions.</summary>
public static class ProtoJson
{
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    public static string Write(IMessage message) => JsonFormatter.Default.Format(message);

    public static TMessage? Read<TMessage>(string? json) where TMessage : class, IMessage<TMessage>, new() => json is null ? null : Parser.Parse<TMessage>(json);
}
