using Platform.FineTuning.Texts;
using Platform.Modeling;
using Platform.Modeling.Checkpoints;
using Platform.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.FineTuning.Tests;

/// <summary>A recorded model with what transformers computed with it.</summary>
internal sealed class GoldenModel<T> : IDisposable
    where T : PretrainedModel
{
    private readonly string _folder;

    public GoldenModel(string name, string file = "golden.safetensors")
    {
        _folder = Path.Combine(RepositoryFolder.Fixtures, "models", name);
        Golden = new(Path.Combine(_folder, file));
        Model = PretrainedModel.Load<T>(_folder, CPU);
    }

    public T Model { get; }

    public SafeTensorsReader Golden { get; }

    /// <summary>The rows of a batch as encoded texts.</summary>
    public static List<EncodedText> Texts(Tensor ids, Tensor mask, Tensor? types) => [.. Enumerable.Range(0, (int)ids.shape[0]).Select(row => new EncodedText(
        Row(ids[row]), types is null ? new int[ids.shape[1]] : Row(types[row]), Row(mask[row])))];

    public List<EncodedText> Texts(string run) => Texts(
        Golden.Read($"{run}.input_ids"), Golden.Read($"{run}.attention_mask"), Golden.Contains($"{run}.token_type_ids") ? Golden.Read($"{run}.token_type_ids") : null);

    /// <summary>Learns all rows at once: loss and gradients must be the recorded ones.</summary>
    public void Learns(IObjective objective, string run)
    {
        int[] rows = [.. Enumerable.Range(0, objective.RowCount)];
        var learned = objective.Learn(rows, 1.0 / objective.Count(rows));
        Assert.Equal(Golden.Read($"{run}.loss").ToDouble(), learned.Sum.ToDouble() / learned.Count, 2e-5);
        Assert.Equal(learned.Sum.ToDouble(), objective.Measure(rows).Sum.ToDouble(), 1e-5);
        var compared = 0;
        foreach (var (name, parameter) in Model.named_parameters().Where(item => Golden.Contains($"{run}.grad.{item.name}")))
        {
            var expected = Golden.Read($"{run}.grad.{name}");
            Assert.True((parameter.grad! - expected).abs().max().ToDouble() <= 1e-4 * expected.abs().max().ToDouble() + 1e-7, name);
            compared++;
        }

        Assert.True(compared > 0);
    }

    public void Dispose()
    {
        Golden.Dispose();
        Model.Dispose();
    }

    private static List<int> Row(Tensor row) => [.. row.data<long>().Select(id => (int)id)];
}
