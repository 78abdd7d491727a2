using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Platform.Kubernetes.Runtime.Tests.ApiDouble;

/// <summary>One open watch.</summary>
internal sealed class WatchStream(ApiPath path, long version)
{
    private readonly Pipe _pipe = new(new(pauseWriterThreshold: 0));
    private long _version = version;

    public HttpContent Content => new StreamContent(_pipe.Reader.AsStream());

    public bool Ended { get; private set; }

    public bool Silent { get; set; }

    public void Publish(ApiStore store)
    {
        if (Ended || Silent) return;
        if (_version < store.OldestVersion)
        {
            Write("ERROR", new ApiRefusal(HttpStatusCode.Gone, "Expired").ToStatus());
            End();
            return;
        }

        foreach (var (changed, type, entity) in store.Since(_version, path).ToList())
        {
            Write(type, entity);
            _version = changed;
        }
    }

    public void End()
    {
        if (Ended) return;
        Ended = true;
        _pipe.Writer.Complete();
    }

    private void Write(string type, JsonObject entity)
    {
        _pipe.Writer.Write(Encoding.UTF8.GetBytes($$"""{"type":"{{type}}","object":{{entity.ToJsonString()}}}""" + "\n"));
        var flushed = _pipe.Writer.FlushAsync();
        if (!flushed.IsCompleted) throw new InvalidOperationException("The pipe has no threshold and flushes at once.");
    }
}
