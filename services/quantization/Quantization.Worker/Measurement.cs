using Platform.Data.Collation;
using Platform.Data.Formats;
using Platform.FineTuning;
using Platform.FineTuning.Supervised;
using Platform.Metrics;
using Platform.Modeling;
using Platform.Protos.Quantization.V1;
using Platform.Workers;

namespace Platform.Quantization.Worker;

/// <summary>The rows on which models are compared, tokenized once.</summary>
internal sealed class Measurement(IReadOnlyList<SupervisedExample> rows)
{
    private const int BatchSize = 8;

    /// <summary>Null when the spec names no rows.</summary>
    public static async Task<Measurement?> LoadAsync(QuantizationSpec spec, SourceModel source, WorkerRun run, CancellationToken cancellation)
    {
        if (spec.MeasureOn is null) return null;
        await using var content = File.OpenRead(await run.FetchAsync(spec.MeasureOn, "measure_on", cancellation));
        try
        {
            var dataset = await SupervisedRows.ReadAsync(content, RowFormats.Get(spec.Format), source.Encoder(spec.MaxLength), cancellation);
            return dataset.Rows.Count > 0
                ? new Measurement(dataset.Rows)
                : throw new WorkerFailureException(FailureReasons.DatasetInvalid, $"{spec.MeasureOn.Uri} has no row whose prompt leaves room for a completion within max_length = {spec.MaxLength} tokens.");
        }
        catch (BadRowsException bad)
        {
            throw new WorkerFailureException(FailureReasons.DatasetInvalid, $"{spec.MeasureOn.Uri} has {bad.Message}", inner: bad);
        }
        catch (ChatTemplateMissingException missing)
        {
            throw new WorkerFailureException(FailureReasons.ModelInvalid, missing.Message, inner: missing);
        }
    }

    /// <summary>exp of the mean loss over everything that is learned: completions, or assistant turns.</summary>
    public double Perplexity(CausalLanguageModel model, CancellationToken cancellation)
    {
        var perplexity = new Perplexity();
        var loss = new SupervisedObjective(model, rows).TotalLoss(BatchSize, cancellation);
        perplexity.Add(loss.Sum, loss.Count);
        return perplexity.Corpus;
    }
}
