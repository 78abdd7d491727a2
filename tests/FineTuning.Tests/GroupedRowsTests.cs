using Platform.Data.Collation;
using Platform.FineTuning.Supervised;
using Platform.Modeling;
using Platform.Testing;
using static TorchSharp.torch;

namespace Platform.FineTuning.Tests;

[Collection(ProcessWideState.Name)]
public sealed class GroupedRowsTests
{
    [Fact]
    public void RowsOfLikeLengthShareAGroupAndNoneIsLost()
    {
        using var scope = NewDisposeScope();
        using var model = PretrainedModel.Load<CausalLanguageModel>(Path.Combine(RepositoryFolder.Root, "tests", "fixtures", "models", "llama"), CPU, new LoadOptions());
        int[] lengths = [3, 12, 4, 9, 12, 3, 4, 9, 5];
        SupervisedExample[] rows = [.. lengths.Select(Row)];
        var objective = new SupervisedObjective(model, rows);

        var grouped = GroupedRows.ByLength(objective, lengths, size: 2, groupsPerPool: 4);

        // Eight rows in one pool, sorted: 3 3, 4 4, 9 9, 12 12; the ninth alone.
        Assert.Equal([4, 6, 16, 22, 4], Enumerable.Range(0, grouped.RowCount).Select(group => grouped.Count([group])));
        Assert.Equal(objective.MeanLoss(2)!.Value, grouped.MeanLoss(1)!.Value, 1e-6);
    }

    private static SupervisedExample Row(int length)
    {
        int[] ids = [.. Enumerable.Range(5, length)];
        return new(ids, ids);
    }
}
