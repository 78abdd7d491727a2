using System.Globalization;
using k8s.Models;

namespace Platform.LocalCluster.Controllers.Jobs;

/// <summary>Completion indexes as the status writes them: "0,2-4,7".</summary>
public static class CompletionIndexes
{
    public static int? Of(V1Pod pod) =>
        pod.Metadata.Annotations?.TryGetValue(JobLabels.CompletionIndex, out var text) == true
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index
            : null;

    public static SortedSet<int> Parse(string? text, int limit)
    {
        SortedSet<int> indexes = [];
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var bounds = part.Split('-');
            if (!int.TryParse(bounds[0], CultureInfo.InvariantCulture, out var first)
                || !int.TryParse(bounds[^1], CultureInfo.InvariantCulture, out var last))
            {
                continue;
            }

            // Completions may have been lowered since (elastic indexed Jobs): what lies beyond does not count.
            for (var index = first; index <= Math.Min(last, limit - 1); index++)
            {
                indexes.Add(index);
            }
        }

        return indexes;
    }

    public static string Format(SortedSet<int> indexes)
    {
        List<string> parts = [];
        int? first = null, last = null;
        foreach (var index in indexes)
        {
            if (last is not null && index == last + 1)
            {
                last = index;
                continue;
            }

            Flush();
            (first, last) = (index, index);
        }

        Flush();
        return string.Join(',', parts);

        void Flush()
        {
            if (first is not null)
            {
                // As upstream: two neighbours are written "1,2", three or more "1-3".
                parts.Add(first == last ? $"{first}" : last == first + 1 ? $"{first},{last}" : $"{first}-{last}");
            }
        }
    }
}
