using System.Text;
using Google.Protobuf;
using Platform.Artifacts;
using Platform.Protos.Workers.V1;

namespace Platform.Workers;

/// <summary><c>result.json</c> of a run's stage: the one thing that the operator reads of a worker.</summary>
internal sealed class ResultFile<TResult>(IArtifactStore store, ArtifactUri output, string runId, string specDigest)
    where TResult : class, IMessage<TResult>, new()
{
    private static readonly JsonParser Lenient = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));
    private static readonly JsonFormatter Indented = new(JsonFormatter.Settings.Default.WithIndentation());

    private readonly ArtifactUri _uri = output.Combine("result.json");

    /// <summary>Whether an earlier attempt at this very spec succeeded.</summary>
    public async Task<bool> IsSuccessAsync(CancellationToken cancellation)
    {
        if (await store.StatAsync(_uri, cancellation) is null) return false;
        using var reader = new StreamReader(await store.OpenReadAsync(_uri, cancellation));
        try
        {
            var earlier = Lenient.Parse<TResult>(await reader.ReadToEndAsync(cancellation));
            return (string)Value(earlier, "spec_digest")! == specDigest && Value(earlier, "failure") is null;
        }
        catch (Exception e) when (e is InvalidJsonException or InvalidProtocolBufferException)
        {
            return false; // Something else lies there; this attempt overwrites it.
        }
    }

    public Task WriteFailureAsync(WorkerFailure failure, CancellationToken cancellation)
    {
        var result = new TResult();
        Set(result, "failure", failure);
        return WriteAsync(result, cancellation);
    }

    public async Task WriteAsync(TResult result, CancellationToken cancellation)
    {
        Set(result, "run_id", runId);
        Set(result, "spec_digest", specDigest);
        using var json = new MemoryStream(Encoding.UTF8.GetBytes(Indented.Format(result) + "\n"));
        await store.PutAsync(_uri, json, PutCondition.Overwrite, cancellation);
    }

    private static object? Value(TResult result, string field) => result.Descriptor.FindFieldByName(field).Accessor.GetValue(result);

    private static void Set(TResult result, string field, object value) => result.Descriptor.FindFieldByName(field).Accessor.SetValue(result, value);
}
