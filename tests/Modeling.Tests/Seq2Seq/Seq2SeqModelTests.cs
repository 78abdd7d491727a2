using Platform.Modeling.Checkpoints;
using Platform.Modeling.Generation;
using Platform.Modeling.Layers;
using Platform.Modeling.T5;
using Platform.Modeling.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Tests.Seq2Seq;

public sealed class Seq2SeqModelTests
{
    private static readonly long[,] Written = { { 0, 5, 9, 30, 7, 11 }, { 0, 60, 3, 3, 21, 40 } };

    public static TheoryData<string> Models => [.. Recorded.Names];

    [Theory, MemberData(nameof(Models))]
    public void DecodingWithTheCacheIsDecodingAtOnce(string name)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var model = Recorded.Model(name);
        var source = Recorded.Source(name);
        var ids = tensor(Written);
        var whole = model.Logits(source, ids);

        using var encoded = model.Encode(source);
        using var cache = new EncoderDecoderCache(model.Config.DecoderLayers);
        foreach (var (begin, count) in ((long, long)[])[(0, 3), (3, 1), (4, 2)])
        {
            var logits = model.Head(model.Decode(ids.narrow(1, begin, count), encoded, cache: cache));
            Near(whole.narrow(1, begin, count), logits);
        }

        Assert.Equal(ids.shape[1], cache.Decoded.Length);
    }

    /// <summary>Rows that change places take their source along, also where a row is continued twice.</summary>
    [Theory, MemberData(nameof(Models))]
    public void ReorderedRowsReadTheirOwnSource(string name)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var model = Recorded.Model(name);
        using var decoder = new Seq2SeqDecoder(model, Recorded.Source(name));
        var ids = tensor(Written);
        decoder.Step(ids.narrow(1, 0, 4), CancellationToken.None);
        decoder.Reorder(tensor(new long[] { 1, 0, 1 }));
        decoder.Reorder(tensor(new long[] { 2, 1, 0 })); // which reads the same sources
        var logits = decoder.Step(ids.narrow(1, 4, 1).index_select(0, tensor(new long[] { 1, 0, 1 })), CancellationToken.None);

        var whole = model.Logits(Recorded.Source(name), ids).select(1, 4);
        Near(whole.index_select(0, tensor(new long[] { 1, 0, 1 })), logits);
    }

    [Theory, MemberData(nameof(Models))]
    public void TheBestBeamsScoreIsItsLogProbability(string name)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var model = Recorded.Model(name);
        var source = Recorded.Source(name);
        var options = new GenerationOptions { MaxNewTokens = 5, Beams = 3, LengthPenalty = 0, EosTokenIds = [] };
        var beams = Seq2SeqGeneration.Run(model, source, options);
        var start = model.Config.DecoderStartTokenId!.Value;
        var ids = tensor(beams.SelectMany(beam => beam.Tokens.Prepend((int)start).Select(token => (long)token)).ToArray(), 2, 6);
        var likely = model.Logits(source, ids.narrow(1, 0, 5)).log_softmax(-1).gather(2, ids.narrow(1, 1, 5).unsqueeze(-1)).sum([1, 2]);
        for (var row = 0; row < 2; row++) Assert.Equal(likely[row].ToDouble(), beams[row].Score!.Value, 1e-4);
    }

    [Fact]
    public void TheDecoderReadsTheLabelsShiftedRight()
    {
        using var scope = NewDisposeScope();
        using var model = Recorded.Model("whisper"); // start 80, padding 1
        var shifted = model.ShiftRight(tensor(new long[,] { { 4, -100, 6, 7 } }));
        Assert.Equal([80, 4, 1, 6], shifted.data<long>().ToArray());
    }

    [Fact]
    public void ASourceOfPaddingAloneHasFiniteGradients()
    {
        using var scope = NewDisposeScope();
        using var model = Recorded.Model("t5");
        foreach (var (_, parameter) in model.named_parameters().Where(pair => pair.name.Contains("relative"))) parameter.requires_grad_(false);
        var labels = tensor(new long[,] { { 5, 6 }, { 7, 1 } });
        var mask = tensor(new long[,] { { 1, 1, 0 }, { 0, 0, 0 } });
        var logits = model.Logits(new SourceInputs(tensor(new long[,] { { 9, 1, 0 }, { 0, 0, 0 } }), mask), model.ShiftRight(labels));
        Seq2SeqModel.Loss(logits, labels).backward();
        Assert.All(model.parameters().Where(parameter => parameter.requires_grad), parameter => Assert.True(parameter.grad!.isfinite().all().item<bool>()));
    }

    [Fact]
    public void DropoutActsInTrainingOnly()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var json = ModelConfig.ReadJson(Path.Combine(Recorded.Folder("t5"), ModelConfig.FileName));
        json["dropout_rate"] = 0.3;
        using var model = PretrainedModel.Create<Seq2SeqModel>(json, CPU, ScalarType.Float32);
        using var generator = Torch.Seeds.Generator(3, CPU);
        model.Initialize(generator);
        var (source, ids) = (Recorded.Source("t5"), tensor(Written));
        model.train();
        Assert.False(Same(model.Logits(source, ids), model.Logits(source, ids)));
        model.eval();
        Assert.True(Same(model.Logits(source, ids), model.Logits(source, ids)));
    }

    [Fact]
    public void TheEncoderAloneIsTheModelsEncoder()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var model = Recorded.Model("t5");
        using var alone = PretrainedModel.Load<TextEncoder>(Recorded.Folder("t5"), CPU);
        var source = Recorded.Source("t5");
        Assert.IsType<T5EncoderModel>(alone);
        Assert.True(Same(model.Encode(source).Hidden, alone.HiddenStates(new TextInputs(source.Values, source.AttentionMask))));
    }

    /// <summary>Its head begins anew, the rest is the folder's: what enters the head is what the decoder makes of the last end token.</summary>
    [Fact]
    public void AClassifierBeginsWithAModelsBody()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        LoadReport? report = null;
        using var classifier = PretrainedModel.Load<SequenceClassifier>(Recorded.Folder("t5-v1_1"), CPU, new LoadOptions { Report = found => report = found });
        Assert.All(report!.Missing, key => Assert.StartsWith("classification_head.", key));
        using var model = Recorded.Model("t5-v1_1");
        var texts = new TextInputs(tensor(new long[,] { { 9, 1, 4, 1, 0 }, { 8, 7, 6, 5, 1 } }), tensor(new long[,] { { 1, 1, 1, 1, 0 }, { 1, 1, 1, 1, 1 } }));
        var logits = classifier.Logits(texts);

        using var encoded = model.Encode(new SourceInputs(texts.InputIds, texts.AttentionMask));
        var hidden = model.Decode(model.ShiftRight(texts.InputIds), encoded);
        var ends = stack([hidden[0][3], hidden[1][4]], 0);
        var head = classifier.state_dict();
        var expected = nn.functional.linear(
            nn.functional.linear(ends, head["classification_head.dense.weight"], head["classification_head.dense.bias"]).tanh(),
            head["classification_head.out_proj.weight"], head["classification_head.out_proj.bias"]);
        Near(expected, logits);
        Assert.Contains("end token", Assert.Throws<ArgumentException>(() => classifier.Logits(new TextInputs(tensor(new long[,] { { 9, 9 } })))).Message);
    }

    private static bool Same(Tensor one, Tensor other) => one.eq(other).all().item<bool>();

    private static void Near(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.InRange((expected - actual).abs().max().ToDouble(), 0, 2e-5);
    }
}
