using System.Text;
using Platform.Quickstart.Generator;

namespace Platform.Recipes.Generator;

/// <summary>Rows that no two of are equal, for training and for examination.</summary>
public sealed record Splits<T>(IReadOnlyList<T> Train, IReadOnlyList<T> HeldOut)
    where T : notnull
{
    /// <summary>Draws until there are enough; <paramref name="same"/> says what makes two rows the same.</summary>
    public static Splits<T> Draw(int train, int heldOut, Func<T> trainRow, Func<T> heldOutRow, Func<T, string> same)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return new(Several(train, trainRow), Several(heldOut, heldOutRow));

        T[] Several(int count, Func<T> next)
        {
            List<T> rows = [];
            while (rows.Count < count)
            {
                var row = next();
                if (seen.Add(same(row))) rows.Add(row);
            }

            return [.. rows];
        }
    }

    /// <summary>As two files of JSON lines.</summary>
    public IEnumerable<(string Path, byte[] Content)> Files() =>
        [("train.jsonl", Encoding.UTF8.GetBytes(JsonLines.Text(Train))), ("heldout.jsonl", Encoding.UTF8.GetBytes(JsonLines.Text(HeldOut)))];
}
