using Platform.FineTuning.QuestionAnswering;
using Platform.Modeling.Tasks;
using static TorchSharp.torch;

namespace Platform.FineTuning.Tests.QuestionAnswering;

public sealed class QuestionAnsweringObjectiveTests
{
    [Fact]
    public void LossAndGradientsAreThoseOfTransformers()
    {
        using var scope = NewDisposeScope();
        using var golden = new GoldenModel<QuestionAnsweringModel>("distilbert-qa");
        var (starts, ends) = (golden.Golden.Read("right.start_positions").data<long>(), golden.Golden.Read("right.end_positions").data<long>());
        List<QuestionExample> rows = [.. golden.Texts("right").Select((text, row) =>
            new QuestionExample(new QuestionWindow(text.Ids, text.TypeIds, text.AttentionMask, [.. text.Ids.Select(_ => ((int, int)?)null)], 0), (int)starts[row], (int)ends[row]))];

        golden.Learns(new QuestionAnsweringObjective(golden.Model, rows, padTokenId: 0), "right");
    }
}
