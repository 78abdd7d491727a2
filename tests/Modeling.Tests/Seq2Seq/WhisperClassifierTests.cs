using Platform.Modeling.Checkpoints;
using Platform.Modeling.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Tests.Seq2Seq;

public sealed class WhisperClassifierTests
{
    /// <summary>Without weights for the layers the last one counts, with equal ones the mean of all, the last after the final norm.</summary>
    [Theory, InlineData(false), InlineData(true)]
    public void TheMeanOfTheEncodersProjectedOutputIsClassified(bool weighted)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var folder = new TemporaryFolder();
        foreach (var file in Directory.EnumerateFiles(Recorded.Folder("whisper"))) File.Copy(file, folder.File(Path.GetFileName(file)));
        var json = ModelConfig.ReadJson(folder.File(ModelConfig.FileName));
        json["use_weighted_layer_sum"] = weighted;
        json["num_labels"] = 3;
        File.Delete(folder.File(ModelConfig.FileName));
        File.WriteAllText(folder.File(ModelConfig.FileName), json.ToJsonString());

        LoadReport? report = null;
        using var classifier = PretrainedModel.Load<AudioClassifier>(folder.Path, CPU, new LoadOptions { Report = found => report = found });
        Assert.Equal(weighted, report!.Missing.Contains("layer_weights"));
        Assert.All(report.Missing, key => Assert.True(key.StartsWith("projector.") || key.StartsWith("classifier.") || key == "layer_weights", key));

        using var model = Recorded.Model("whisper");
        var source = Recorded.Source("whisper");
        List<Tensor> layers = [];
        using var encoded = model.Encode(source, hidden => layers.Add(hidden.clone()));
        layers[^1] = encoded.Hidden;
        var sound = weighted ? stack(layers, 0).mean([0L]) : encoded.Hidden;
        var head = classifier.state_dict();
        var projected = nn.functional.linear(sound, head["projector.weight"], head["projector.bias"]).mean([1L]);
        var expected = nn.functional.linear(projected, head["classifier.weight"], head["classifier.bias"]);
        Assert.InRange((expected - classifier.Logits(source.Values)).abs().max().ToDouble(), 0, 1e-5);
    }
}
