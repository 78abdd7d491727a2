using System.Globalization;
using Platform.Modeling;
using Platform.Protos.Quantization.V1;
using Platform.Quantization.Checkpoints;
using Platform.Torch;
using Platform.Workers;
using static TorchSharp.torch;

namespace Platform.Quantization.Worker;

/// <summary>Merges adapters into their base, makes every target of it, and measures what that costs.</summary>
internal sealed class QuantizationWork
{
    private readonly QuantizationSpec _spec;
    private readonly WorkerRun _run;
    private readonly ProgressReports _progress;
    private readonly SourceModel _source;
    private readonly Measurement? _measurement;
    private readonly Device _device = Devices.Select("auto");
    private double _before;

    private QuantizationWork(QuantizationSpec spec, WorkerRun run, ProgressReports progress, SourceModel source, Measurement? measurement) =>
        (_spec, _run, _progress, _source, _measurement) = (spec, run, progress, source, measurement);

    public static async Task<QuantizationResult> RunAsync(QuantizationSpec spec, WorkerRun run, CancellationToken cancellation)
    {
        SpecCheck.Check(spec);
        var source = await SourceModel.FetchAsync(spec.Model, run, cancellation);
        var measurement = await Measurement.LoadAsync(spec, source, run, cancellation);
        await using var progress = new ProgressReports(run, spec.Targets.Count);
        return await new QuantizationWork(spec, run, progress, source, measurement).RunAsync(cancellation);
    }

    private async Task<QuantizationResult> RunAsync(CancellationToken cancellation)
    {
        var result = new QuantizationResult();
        for (var i = 0; i < _spec.Targets.Count; i++) result.Models.Add(await MakeAsync(i, cancellation));
        var tooBad = result.Models.Where(model => model.Target.HasMaxPerplexityDelta && model.PerplexityAfter - model.PerplexityBefore > model.Target.MaxPerplexityDelta).ToList();
        return tooBad.Count == 0 ? result : throw new WorkerFailureException(FailureReasons.QualityBelowLimit, string.Join(" ", tooBad.Select(Excess)));
    }

    private async Task<QuantizedModel> MakeAsync(int index, CancellationToken cancellation)
    {
        var target = _spec.Targets[index];
        var folder = Path.Combine(_run.Scratch, "quantized", target.Format);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true); // left by an attempt that was killed
        Quantize(index, target, folder, cancellation);
        _progress.Report(index, 0.7, $"{target.Format}: measuring");
        var after = PerplexityOf(folder, cancellation);
        _progress.Report(index, 0.9, $"{target.Format}: uploading");
        var artifact = await _run.PublishFolderAsync(folder, target.Format, cancellation);
        Directory.Delete(folder, recursive: true);
        var made = new QuantizedModel { Target = target, Artifact = artifact, OriginalSizeBytes = _source.SizeBytes, PerplexityBefore = _before, PerplexityAfter = after };
        _run.Log(string.Create(CultureInfo.InvariantCulture, $"{target.Format}: {made.OriginalSizeBytes:n0} -> {artifact.SizeBytes:n0} bytes, perplexity {_before:g6} -> {after:g6}"));
        return made;
    }

    /// <summary>Loads the model anew for every target: quantizing consumes it, and two do not have to fit into memory.</summary>
    private void Quantize(int index, QuantizationTarget target, string folder, CancellationToken cancellation)
    {
        _progress.Report(index, 0, $"{target.Format}: loading");
        using var model = _source.Load(_device);
        Threads.Suit(model);
        if (index == 0 && _measurement is not null)
        {
            _progress.Report(index, 0.05, "measuring the model before");
            _before = Finite(_measurement.Perplexity(model, cancellation), "before quantization");
        }

        SourceModel.OrRefuse(() =>
        {
            QuantizedModels.Quantize(model, SpecCheck.Options(target), (done, all) => _progress.Report(index, 0.3 + (0.4 * done / all), $"{target.Format}: layer {done} of {all}"), cancellation);
            return true;
        });
        QuantizedModels.Save(model, folder, _source.Folder);
    }

    /// <summary>Measures what was written, not what is in memory: the folder is what others will load.</summary>
    private double PerplexityOf(string folder, CancellationToken cancellation)
    {
        if (_measurement is null) return 0;
        using var model = QuantizedModels.Load(folder, _device);
        return Finite(_measurement.Perplexity(model, cancellation), $"of {Path.GetFileName(folder)}");
    }

    private static double Finite(double perplexity, string when) => double.IsFinite(perplexity)
        ? perplexity
        : throw new WorkerFailureException(FailureReasons.ModelInvalid, $"The perplexity {when} is {perplexity}: the model's numbers overflow.");

    private static string Excess(QuantizedModel model) => string.Create(CultureInfo.InvariantCulture,
        $"{model.Target.Format}: perplexity rose from {model.PerplexityBefore:g6} to {model.PerplexityAfter:g6}, by {model.PerplexityAfter - model.PerplexityBefore:g4}; max_perplexity_delta allows {model.Target.MaxPerplexityDelta:g4}. Raise the limit, or choose another format or a smaller group size.");
}
