using Platform.Modeling.Generation;
using Platform.Modeling.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Tests.Seq2Seq;

public sealed class Seq2SeqMemoryTests
{
    public static TheoryData<string> Models => [.. Recorded.Names];

    [Theory, MemberData(nameof(Models))]
    public void TrainingAndWritingLeaveNoTensorsBehind(string name)
    {
        using var scope = NewDisposeScope();
        using var model = Recorded.Model(name);
        var source = Recorded.Source(name);
        var labels = tensor(new long[,] { { 5, 9, 1 }, { 7, 1, -100 } });
        Once();
        GC.Collect(); // what earlier tests left to their finalizers
        GC.WaitForPendingFinalizers();
        var before = Tensor.TotalCount;
        for (var i = 0; i < 3; i++) Once();
        Assert.InRange(Tensor.TotalCount, 0, before);

        void Once()
        {
            using (var ids = model.ShiftRight(labels))
            using (var logits = model.Logits(source, ids))
            using (var loss = Seq2SeqModel.Loss(logits, labels))
            {
                loss.backward();
            }

            foreach (var beams in (int[])[1, 2])
            {
                using var written = Seq2SeqGeneration.Generate(model, source, new GenerationOptions { MaxNewTokens = 4, Beams = beams });
            }
        }
    }
}
