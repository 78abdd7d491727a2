using Platform.Data.Formats;
using Platform.FineTuning.Supervised;
using Platform.Modeling;
using Platform.Modeling.Tokenization;
using Platform.Protos.Quantization.V1;
using Platform.Workers;

namespace Platform.Quantization.Worker;

/// <summary>The rows on which models are compared, tokenized once.</summary>
internal sealed class Measurement(IReadOnlyList<SupervisedRow> rows)
{
    private const int BatchSize = 8;

    /// <summary>Null when the spec names no rows.</summary>
    public static async Task<Measurement?> LoadAsync(QuantizationSpec spec, Tokenizer tokenizer, WorkerRun run, CancellationToken cancellation)
    {
        if (spec.MeasureOn is null) return null;
        var encoder = SourceModel.OrRefuse(() => new SupervisedEncoder(tokenizer, spec.MaxLength));
        var reader = new RowReader(RowFormats.Get(spec.Format));
        List<SupervisedRow> rows = [];
        await using var content = File.OpenRead(await run.FetchAsync(spec.MeasureOn, "measure_on", cancellation));
        await foreach (var row in reader.ReadAsync(content, cancellation))
            if (SourceModel.OrRefuse(() => encoder.Encode(row)) is { } encoded) rows.Add(encoded);
        if (reader.Report.BadRows > 0)
            throw new WorkerFailureException(FailureReasons.DatasetInvalid, $"{spec.MeasureOn.Uri} has {reader.Report.BadRows} bad rows: {string.Join("; ", reader.Report.Problems.Select(problem => $"line {problem.Line}: {problem.Reason}"))}");
        return rows.Count > 0
            ? new Measurement(rows)
            : throw new WorkerFailureException(FailureReasons.DatasetInvalid, $"{spec.MeasureOn.Uri} has no row whose prompt leaves room for a completion within max_length = {spec.MaxLength} tokens.");
    }

    /// <summary>exp of the mean loss over all completion tokens.</summary>
    public double Perplexity(CausalLanguageModel model, CancellationToken cancellation) =>
        Math.Exp(new SupervisedObjective(model, rows).MeanLoss(BatchSize, cancellation)!.Value);
}
