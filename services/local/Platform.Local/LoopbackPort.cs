using System.Net;
using System.Net.Sockets;

namespace Platform.Local;

/// <summary>Chooses ports on loopback: the wished one where it is free, else any.</summary>
public static class LoopbackPort
{
    public static int Choose(int wished)
    {
        foreach (var port in new[] { wished, 0 })
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException) when (port != 0)
            {
                // Taken: any other will do, the addresses are printed and recorded.
            }
        }

        throw new InvalidOperationException("No free port on loopback.");
    }

    /// <summary>The port of a recorded address, or <paramref name="otherwise"/>.</summary>
    public static int Of(string? address, int otherwise) => Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.Port : otherwise;
}
