using System.Text.Json;

namespace Platform.Data.Formats;

/// <summary>
/// <c>{"instruction": "...", "input": "...", "output": "...", "system": "...", "history": [["instruction", "output"]]}</c>; all but
/// <c>instruction</c> and <c>output</c> may be missing or blank, and so may <c>instruction</c> when there is an <c>input</c>.
/// </summary>
public sealed class AlpacaFormat : IRowFormat
{
    public string Name => "alpaca";

    public IRow? Read(JsonElement line, ICollection<string> problems)
    {
        if (!RowFields.IsObject(line, "instruction and output", problems)) return null;
        var before = problems.Count;
        var input = RowFields.OptionalText(line, "input", "input", problems);
        var instruction = input is null
            ? RowFields.RequiredText(line, "instruction", "instruction", problems)
            : RowFields.OptionalText(line, "instruction", "instruction", problems) ?? "";
        var output = RowFields.RequiredText(line, "output", "output", problems);
        var system = RowFields.OptionalText(line, "system", "system", problems);
        List<(string, string)> history = [];
        if (line.TryGetProperty("history", out var given) && given.ValueKind != JsonValueKind.Null
            && RowFields.List(line, "history", "history", "an array of pairs", problems) is { } pairs)
            history.AddRange(pairs.EnumerateArray().Select((pair, index) => ReadTurn(pair, $"history[{index}]", problems)));
        return problems.Count == before ? new AlpacaRow(instruction!, input, output!, system, history) : null;
    }

    private static (string Instruction, string Output) ReadTurn(JsonElement pair, string path, ICollection<string> problems)
    {
        if (pair.ValueKind == JsonValueKind.Array && pair.GetArrayLength() == 2 && RowFields.Text(pair[0]) is { Length: > 0 } instruction && RowFields.Text(pair[1]) is { Length: > 0 } output)
            return (instruction, output);
        problems.Add($"{path} is {RowFields.Shown(pair)}; expected an instruction and its output, both non-empty strings");
        return ("", "");
    }
}
