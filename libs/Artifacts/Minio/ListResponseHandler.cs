using System.Net.Http.Headers;
using System.Xml.Linq;

namespace Platform.Artifacts.Minio;

/// <summary>
/// Makes every server's object listing readable for the Minio client, which looks for elements of one XML namespace only and always
/// undoes URL encoding in keys. S3rver and old S3 servers use the namespace's earlier name, and send keys plain when asked to encode them:
/// without this the client sees an empty folder, and a key with '+' or '%' under another name.
/// </summary>
internal sealed class ListResponseHandler(HttpMessageHandler transport) : DelegatingHandler(transport)
{
    private static readonly XNamespace Current = "http://s3.amazonaws.com/doc/2006-03-01/";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        var response = await base.SendAsync(request, cancellation);
        if (!response.IsSuccessStatusCode || request.Method != HttpMethod.Get || request.RequestUri?.Query.Contains("list-type=") != true) return response;
        var document = XDocument.Parse(await response.Content.ReadAsStringAsync(cancellation));
        Normalise(document);
        var content = new StringContent(document.ToString(SaveOptions.DisableFormatting));
        content.Headers.ContentType = response.Content.Headers.ContentType ?? new MediaTypeHeaderValue("application/xml");
        response.Content = content;
        return response;
    }

    internal static void Normalise(XDocument document)
    {
        var root = document.Root!;
        var encoded = root.Elements().Any(element => element.Name.LocalName == "EncodingType");
        foreach (var element in root.DescendantsAndSelf().ToList())
        {
            element.Name = Current + element.Name.LocalName;
            element.Attributes("xmlns").Remove();
            if (!encoded && element.Name.LocalName == "Key") element.Value = Uri.EscapeDataString(element.Value);
        }
    }
}
