using System.Text;
using System.Text.Json;

namespace Platform.Data.Sources;

/// <summary>Walks through a JSON document piece by piece and stops at every row: the elements of its one array.</summary>
internal sealed class JsonRowScan
{
    private JsonReaderState _state;
    private Place _place = Place.Root;
    private bool _inObject, _hadArray;

    /// <summary>What the data begins with.</summary>
    public enum Result
    {
        /// <summary>A part that is not whole yet.</summary>
        Unfinished,

        /// <summary>A row.</summary>
        Row,

        /// <summary>Something between rows.</summary>
        Other,

        /// <summary>The end of the document.</summary>
        End,

        /// <summary>Nothing that can be read: <see cref="Problem"/>.</summary>
        Damaged,
    }

    private enum Place
    {
        Root,
        Object,
        Rows,
        Behind,
    }

    /// <summary>Rows found so far.</summary>
    public long Rows { get; private set; }

    /// <summary>What is wrong with the document, or null.</summary>
    public string? Problem { get; private set; }

    /// <param name="atEnd">Whether the document ends with the data.</param>
    /// <param name="row">Where the row is in the data.</param>
    /// <param name="consumed">What the next call's data leaves out.</param>
    public Result Next(ReadOnlySpan<byte> data, bool atEnd, out Range row, out int consumed)
    {
        (row, consumed) = (default, 0);
        var reader = new Utf8JsonReader(data, atEnd, _state);
        try
        {
            if (!reader.Read()) return atEnd ? Result.End : Result.Unfinished;
            var start = (int)reader.TokenStartIndex;
            var found = _place switch
            {
                Place.Rows => InRows(ref reader),
                Place.Object => InObject(ref reader),
                _ => AtRoot(reader.TokenType),
            };
            if (found == Result.Unfinished && atEnd) return Damaged($"the file ends within row {Rows + 1}");
            if (found is Result.Unfinished or Result.Damaged) return found;
            _state = reader.CurrentState;
            consumed = (int)reader.BytesConsumed;
            row = start..consumed;
            return found;
        }
        catch (JsonException broken)
        {
            return Damaged($"the file is not valid JSON after row {Rows} ({broken.Cause()})");
        }
    }

    private Result AtRoot(JsonTokenType token)
    {
        if (token is not (JsonTokenType.StartArray or JsonTokenType.StartObject)) return Damaged($"the file holds a {token}; expected an array of rows, or an object with one");
        _inObject = token == JsonTokenType.StartObject;
        _place = _inObject ? Place.Object : Place.Rows;
        return Result.Other;
    }

    private Result InObject(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.EndObject)
        {
            _place = Place.Behind;
            return _hadArray ? Result.Other : Damaged("the file's object has no array; expected one with the rows");
        }

        var name = reader.ValueSpan;
        if (!reader.Read()) return Result.Unfinished;
        if (reader.TokenType != JsonTokenType.StartArray) return reader.TrySkip() ? Result.Other : Result.Unfinished;
        if (_hadArray) return Damaged($"the file's object has a second array, '{Encoding.UTF8.GetString(name)}'; expected one, with the rows");
        (_hadArray, _place) = (true, Place.Rows);
        return Result.Other;
    }

    private Result InRows(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.EndArray)
        {
            _place = _inObject ? Place.Object : Place.Behind;
            return Result.Other;
        }

        if (!reader.TrySkip()) return Result.Unfinished;
        Rows++;
        return Result.Row;
    }

    private Result Damaged(string problem)
    {
        Problem = problem;
        return Result.Damaged;
    }
}
