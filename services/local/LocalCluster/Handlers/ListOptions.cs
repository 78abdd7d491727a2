using System.Globalization;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Validation;

namespace Platform.LocalCluster.Handlers;

/// <summary>The query parameters of lists and watches, checked together as apimachinery checks them.</summary>
public sealed record ListOptions(string ResourceVersion, string Match, long Limit, string Continue, bool? SendInitialEvents, bool Bookmarks, long? TimeoutSeconds)
{
    public static ListOptions Of(ApiRequest request, bool watch)
    {
        var options = new ListOptions(request.Text("resourceVersion") ?? "", request.Text("resourceVersionMatch") ?? "", Number(request, "limit") ?? 0,
            request.Text("continue") ?? "", request.Text("sendInitialEvents") is null ? null : request.Flag("sendInitialEvents"),
            request.Flag("allowWatchBookmarks"), Number(request, "timeoutSeconds"));
        List<FieldError> errors = [.. watch ? options.WatchProblems() : options.ListProblems()];
        return errors.Count == 0 ? options : throw ApiStatusException.Invalid("meta.k8s.io", "ListOptions", "", errors);
    }

    /// <summary>The version to list or watch from; null where none was given (or 0, any version).</summary>
    public long? Version(bool watch)
    {
        if (ResourceVersion is "" or "0") return null;
        if (long.TryParse(ResourceVersion, NumberStyles.None, CultureInfo.InvariantCulture, out var version)) return version;
        var problem = VersionProblem(ResourceVersion);
        throw watch ? ApiStatusException.Internal(problem) : ApiStatusException.BadRequest("invalid resource version: " + problem);
    }

    public static string VersionProblem(string text) =>
        $"resourceVersion: Invalid value: {FieldError.Quote(text)}: strconv.ParseUint: parsing {FieldError.Quote(text)}: invalid syntax";

    private IEnumerable<FieldError> ListProblems()
    {
        if (SendInitialEvents is not null) yield return FieldError.Forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list");
        if (Match.Length == 0) yield break;
        if (ResourceVersion.Length == 0)
            yield return FieldError.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided");
        if (Continue.Length > 0)
            yield return FieldError.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided");
        if (Match is not ("Exact" or "NotOlderThan"))
            yield return FieldError.NotSupported("resourceVersionMatch", Match, ["Exact", "NotOlderThan", ""]);
        if (Match == "Exact" && ResourceVersion == "0")
            yield return FieldError.Forbidden("resourceVersionMatch", "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
    }

    private IEnumerable<FieldError> WatchProblems()
    {
        if (SendInitialEvents is not null)
        {
            if (Match != "NotOlderThan")
                yield return FieldError.Forbidden("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
            if (Match is not ("" or "NotOlderThan"))
                yield return FieldError.NotSupported("resourceVersionMatch", Match, ["NotOlderThan"]);
            if (Continue.Length > 0) yield return FieldError.Forbidden("sendInitialEvents", "sendInitialEvents is forbidden with continue");
        }
        else if (Match.Length > 0)
        {
            yield return FieldError.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
        }
    }

    private static long? Number(ApiRequest request, string parameter)
    {
        if (request.Text(parameter) is not { Length: > 0 } text) return null;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number : throw ApiStatusException.BadRequest($"strconv.ParseInt: parsing {FieldError.Quote(text)}: invalid syntax");
    }
}
