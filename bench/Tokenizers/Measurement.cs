using Platform.Modeling.Tokenization;

namespace Platform.Tokenizers.Bench;

/// <summary>Processor time of one thing after the other, whatever else the machine does; of three runs the fastest counts.</summary>
internal sealed class Measurement(IReadOnlyList<string> documents, long bytes)
{
    private const double Target = 2; // MB/s of byte-level BPE
    private const int Runs = 3;

    private double _bound;

    public bool MeetsTarget { get; private set; } = true;

    /// <summary>What no tokenizer can beat: every character read and written as UTF-8.</summary>
    public void Bound()
    {
        var buffer = new byte[documents.Max(document => document.Length) * 3];
        _bound = Seconds(document => System.Text.Encoding.UTF8.GetBytes(document, buffer));
        Console.WriteLine($"{"reading as UTF-8",-34} {bytes / 1e6 / _bound,9:F1} MB/s");
    }

    /// <param name="peer">Counts the tokens of a text with Microsoft.ML.Tokenizers; null where it has no such tokenizer.</param>
    public void Kind(string name, Tokenizer tokenizer, Func<string, int>? peer)
    {
        var seconds = Seconds(document => tokenizer.Encode(document).Length);
        var rate = bytes / 1e6 / seconds;
        Console.Write($"{name,-34} {rate,9:F1} MB/s  {seconds / _bound,8:F1} x the bound");
        if (name.StartsWith("byte-level", StringComparison.Ordinal)) MeetsTarget &= rate >= Target;
        if (peer is not null)
        {
            var other = Seconds(peer);
            var same = documents.Count(document => tokenizer.Encode(document).Length == peer(document));
            Console.Write($"  {seconds / other,6:F2} x Microsoft.ML.Tokenizers ({bytes / 1e6 / other:F1} MB/s; as many tokens in {100.0 * same / documents.Count:F0} % of the documents)");
        }

        Console.WriteLine();
    }

    private double Seconds(Func<string, int> work)
    {
        var best = double.MaxValue;
        for (var run = 0; run < Runs; run++)
        {
            var started = Environment.CpuUsage.TotalTime;
            long total = 0;
            foreach (var document in documents) total += work(document);
            if (total == 0) throw new InvalidOperationException("Nothing came out.");
            best = Math.Min(best, (Environment.CpuUsage.TotalTime - started).TotalSeconds);
        }

        return best;
    }
}
