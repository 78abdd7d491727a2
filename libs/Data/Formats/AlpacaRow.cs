using System.Text.Json;

namespace Platform.Data.Formats;

/// <summary>An instruction, what it is about, and what should be answered. Models with a chat template learn it as a conversation, others as Stanford's prompt.</summary>
/// <param name="History">Earlier instructions with their answers.</param>
public sealed record AlpacaRow(string Instruction, string? Input, string Output, string? System, IReadOnlyList<(string Instruction, string Output)> History) : IRow
{
    /// <summary>Instruction and input as one turn, as LLaMA-Factory joins them.</summary>
    private string Question => Input is null ? Instruction : Instruction.Length == 0 ? Input : $"{Instruction}\n{Input}";

    /// <summary>The row as a conversation.</summary>
    public ChatRow ToChat()
    {
        List<ChatMessage> turns = [];
        if (System is not null) turns.Add(new ChatMessage("system", System));
        foreach (var (instruction, output) in History.Append((Question, Output))) turns.AddRange([new ChatMessage("user", instruction), new ChatMessage("assistant", output)]);
        return new ChatRow(turns);
    }

    /// <summary>
    /// The row as Stanford Alpaca trains on it: a fixed sentence, the instruction and the input under headings. A system text stands in the
    /// sentence's place; earlier turns, which Stanford's rows have not, come before in the same form.
    /// </summary>
    public PromptCompletionRow ToPromptCompletion()
    {
        var sentence = System ?? (Input is null
            ? "Below is an instruction that describes a task. Write a response that appropriately completes the request."
            : "Below is an instruction that describes a task, paired with an input that provides further context. Write a response that appropriately completes the request.");
        var earlier = string.Concat(History.Select(turn => $"### Instruction:\n{turn.Instruction}\n\n### Response:{turn.Output}\n\n"));
        var input = Input is null ? "" : $"### Input:\n{Input}\n\n";
        return new PromptCompletionRow($"{sentence}\n\n{earlier}### Instruction:\n{Instruction}\n\n{input}### Response:", Output);
    }

    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("instruction", Instruction);
        if (Input is not null) writer.WriteString("input", Input);
        writer.WriteString("output", Output);
        if (System is not null) writer.WriteString("system", System);
        if (History.Count > 0)
        {
            writer.WriteStartArray("history");
            foreach (var (instruction, output) in History)
            {
                writer.WriteStartArray();
                writer.WriteStringValue(instruction);
                writer.WriteStringValue(output);
                writer.WriteEndArray();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    public bool Equals(AlpacaRow? other) =>
        other is not null && (Instruction, Input, Output, System) == (other.Instruction, other.Input, other.Output, other.System) && History.SequenceEqual(other.History);

    public override int GetHashCode() => HashCode.Combine(Instruction, Input, Output, System, History.Count);
}
