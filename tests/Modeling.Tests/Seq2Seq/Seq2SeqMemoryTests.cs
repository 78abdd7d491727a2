using Platform.Modeling.Generation;
using Platform.Modeling.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Tests.Seq2Seq;

public sealed class Seq2SeqMemoryTests
{
    public static TheoryData<string> Models => [.. Recorded.Names];

    [Theory, MemberData(nameof(Models))]
    public void TrainingLeavesNoTensorsBehind(string name)
    {
        using var model = Recorded.Model(name);
        var source = Recorded.Source(name);
        using var labels = tensor(new long[,] { { 5, 9, 1 }, { 7, 1, -100 } });
        Assert.Equal(0, LeftBehind(Train));

        void Train()
        {
            using var ids = model.ShiftRight(labels);
            using var logits = model.Logits(source, ids);
            using var loss = Seq2SeqModel.Loss(logits, labels);
            loss.backward();
        }
    }

    [Theory, MemberData(nameof(Models))]
    public void DecodingLeavesNoTensorsBehind(string name)
    {
        using var model = Recorded.Model(name);
        var source = Recorded.Source(name);
        using var first = tensor(new long[,] { { 0, 5 }, { 0, 7 } });
        using var next = tensor(new long[,] { { 9 }, { 4 }, { 4 } });
        using var origins = tensor(new long[] { 1, 0, 0 });
        Assert.Equal(0, LeftBehind(Decode));

        void Decode()
        {
            using var decoder = new Seq2SeqDecoder(model, source);
            decoder.Step(first, CancellationToken.None).Dispose();
            decoder.Reorder(origins);
            decoder.Step(next, CancellationToken.None).Dispose();
        }
    }

    private static long LeftBehind(Action action)
    {
        action();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        action();
        return DisposeScopeManager.Statistics.ThreadTotalLiveCount - before;
    }
}
