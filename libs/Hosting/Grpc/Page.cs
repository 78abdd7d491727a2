using System.Globalization;
using System.Text;

namespace Platform.Hosting.Grpc;

/// <summary>A slice of a list: the token names the last item that was returned, so that items added meanwhile shift nothing.</summary>
public sealed record Page(int Size, string? After)
{
    private const int Default = 50;
    private const int Largest = 500;

    /// <summary>Reads the fields of a list request; 0 means 50 and more than 500 means 500.</summary>
    public static Page Read(int pageSize, string pageToken, Problems problems)
    {
        problems.Require(pageSize >= 0, $"page_size is {pageSize}; it must lie in 0..{Largest}, 0 meaning {Default}.");
        string? after = null;
        problems.Require(pageToken.Length == 0 || TryDecode(pageToken, out after), $"page_token is '{pageToken}'; it must be the next_page_token of an earlier answer.");
        return new Page(pageSize <= 0 ? Default : Math.Min(pageSize, Largest), after);
    }

    /// <summary>The token after the last of <paramref name="items"/>, which were read one more than <see cref="Size"/>; removes that one.</summary>
    public string TakeNext<T>(List<T> items, Func<T, object> key)
    {
        if (items.Count <= Size) return "";
        items.RemoveRange(Size, items.Count - Size);
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{key(items[^1])}"))).Replace('+', '-').Replace('/', '_').TrimEnd('=');
    }

    /// <summary>The number in the token, for lists ordered by one.</summary>
    public long? AfterNumber(Problems problems)
    {
        if (After is null) return null;
        problems.Require(long.TryParse(After, NumberStyles.None, CultureInfo.InvariantCulture, out var number), "page_token is not one of this list.");
        return number;
    }

    private static bool TryDecode(string token, out string? after)
    {
        var text = token.Replace('-', '+').Replace('_', '/');
        var bytes = new byte[token.Length];
        after = Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
        return after is not null;
    }
}
