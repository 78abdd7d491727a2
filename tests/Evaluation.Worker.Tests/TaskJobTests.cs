using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Testing;
using Platform.Testing.Workers;

namespace Platform.Evaluation.Worker.Tests;

/// <summary>One small job of every task, whole and with LoRA: what was learned shows in the scores, and the base has a head that nobody trained.</summary>
public sealed class TaskJobTests : IDisposable
{
    private const string OnAttention = """{"peft_type": "LORA", "r": 8, "lora_alpha": 32, "target_modules": ["query", "value"]}""";
    private const string OnProjections = """{"peft_type": "LORA", "r": 8, "lora_alpha": 32, "target_modules": ["q_proj", "v_proj"]}""";

    private readonly TaskJob _job = new();

    public void Dispose() => _job.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData(OnAttention)]
    public async Task AClassifierLearnsItsLabels(string? method)
    {
        List<string> rows = [.. Enumerable.Range(0, 48).Select(i => Row(new { text = $"w{8 + (i % 7)} {(i % 3) switch { 0 => "w40", 1 => "w41", _ => "w42" }} w{20 + (i % 5)}", label = (i % 3) switch { 0 => "good", 1 => "bad", _ => "neither" } }))];

        await _job.RunAsync(Bert, "classification", rows, ["bad", "good", "neither"], method, 80, "accuracy", "f1_macro", "matthews_correlation");

        Assert.True(_job.Score("tuned", "accuracy") > 0.95, $"{_job.Scorecard}");
        Assert.True(_job.Score("base", "accuracy") < 0.8, $"{_job.Scorecard}");
        Assert.All(_job.Scorecard.Samples, sample => Assert.Contains(sample.Answer, (string[])["bad", "good", "neither"]));
        if (method is null)
        {
            var config = JsonNode.Parse(File.ReadAllText(Path.Combine(await _job.FolderAsync(_job.Checkpoint.Model), "config.json")))!;
            Assert.Equal("BertForSequenceClassification", config["architectures"]![0]!.ToString());
            Assert.Equal(("bad", 2, "single_label_classification"), (config["id2label"]!["0"]!.ToString(), config["label2id"]!["neither"]!.GetValue<int>(), config["problem_type"]!.ToString()));
            return;
        }

        var adapter = JsonNode.Parse(File.ReadAllText(Path.Combine(await _job.FolderAsync(_job.Checkpoint.Adapter), "adapter_config.json")))!;
        Assert.Equal("SEQ_CLS", adapter["task_type"]!.ToString());
        string[] saved = [.. adapter["modules_to_save"]!.AsArray().Select(name => name!.ToString())];
        Assert.All(["classifier", "bert.pooler.dense"], name => Assert.Contains(name, saved)); // the base has neither
    }

    [Fact]
    public async Task AmountsAreLearnedByRegression()
    {
        List<string> rows = [.. Enumerable.Range(0, 48).Select(i => Row(new { text = $"w{40 + (i % 4)} w{8 + (i % 7)}", text_pair = $"w{20 + (i % 5)}", label = (i % 4) / 2.0 }))];

        await _job.RunAsync(Bert, "classification", rows, [], null, 100, "pearson", "mean_squared_error");

        Assert.True(_job.Score("tuned", "pearson") > 0.95, $"{_job.Scorecard}");
        Assert.True(_job.Score("tuned", "mean_squared_error") < 0.3 * _job.Score("base", "mean_squared_error"), $"{_job.Scorecard}");
    }

    [Fact]
    public async Task SeveralLabelsAreLearnedEachByItself()
    {
        List<string> rows = [.. Enumerable.Range(0, 48).Select(i => Row(new { text = $"w8 {(i % 2 == 0 ? "w40" : "w9")} {(i % 3 == 0 ? "w41" : "w10")}", labels = new[] { i % 2 == 0 ? "even" : null, i % 3 == 0 ? "third" : null }.OfType<string>() }))];

        await _job.RunAsync(Bert, "multi-label-classification", rows, ["even", "third"], OnAttention, 100, "subset_accuracy", "f1_micro", "hamming_loss");

        Assert.True(_job.Score("tuned", "f1_micro") > 0.95, $"{_job.Scorecard}");
        Assert.True(_job.Score("tuned", "hamming_loss") < _job.Score("base", "hamming_loss"), $"{_job.Scorecard}");
    }

    [Theory]
    [InlineData(null)]
    [InlineData(OnAttention)]
    public async Task AnswersAreFoundAndAlsoThatThereIsNone(string? method)
    {
        List<string> rows = [.. Enumerable.Range(0, 48).Select(i =>
        {
            string[] words = [.. Enumerable.Range(0, 6).Select(j => i % 4 != 3 && j == i % 6 ? "w50" : $"w{10 + ((i + j) % 9)}")];
            var start = string.Join(' ', words).IndexOf("w50", StringComparison.Ordinal);
            return Row(new { question = "w5 w6", context = string.Join(' ', words), answers = start < 0 ? new { text = Array.Empty<string>(), answer_start = Array.Empty<int>() } : new { text = new[] { "w50" }, answer_start = new[] { start } } });
        })];

        await _job.RunAsync(Bert, "squad", rows, [], method, 150, "squad_v2_exact_match", "squad_v2_f1");

        Assert.True(_job.Score("tuned", "squad_v2_exact_match") > 90, $"{_job.Scorecard}");
        Assert.True(_job.Score("base", "squad_v2_exact_match") < 60, $"{_job.Scorecard}");
    }

    [Theory]
    [InlineData(null)]
    [InlineData(OnProjections)]
    public async Task SpeechIsWrittenDown(string? method)
    {
        List<string> rows = [.. Enumerable.Range(0, 16).Select(i => Row(new { audio = new { path = $"{i}.wav", bytes = Wave(i % 2 == 0 ? 60 : 500, 2400 + (100 * i)) }, text = i % 2 == 0 ? "w20 w21" : "w30" }))];

        await _job.RunAsync(TinyModel.CopyWhisper, "audio", rows, [], method, 120, "wer", "cer", "exact_match");

        Assert.True(_job.Score("tuned", "wer") < 0.1, $"{_job.Scorecard}");
        Assert.True(_job.Score("base", "wer") > 0.5, $"{_job.Scorecard}");
    }

    private static string Bert(string folder) => TinyModel.CopyEncoder(Path.Combine(RepositoryFolder.Fixtures, "models", "bert-mlm"), folder);

    private static string Row<T>(T row) => JsonSerializer.Serialize(row);

    /// <summary>A tone of 16 bits at 3,200 Hz, which has to be resampled.</summary>
    private static string Wave(double frequency, int samples)
    {
        const int Rate = 3200;
        var wave = new byte[44 + (2 * samples)];
        "RIFF"u8.CopyTo(wave);
        BinaryPrimitives.WriteInt32LittleEndian(wave.AsSpan(4), wave.Length - 8);
        "WAVEfmt "u8.CopyTo(wave.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(wave.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(wave.AsSpan(20), 1); // PCM
        BinaryPrimitives.WriteInt16LittleEndian(wave.AsSpan(22), 1);
        BinaryPrimitives.WriteInt32LittleEndian(wave.AsSpan(24), Rate);
        BinaryPrimitives.WriteInt32LittleEndian(wave.AsSpan(28), 2 * Rate);
        BinaryPrimitives.WriteInt16LittleEndian(wave.AsSpan(32), 2);
        BinaryPrimitives.WriteInt16LittleEndian(wave.AsSpan(34), 16);
        "data"u8.CopyTo(wave.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(wave.AsSpan(40), 2 * samples);
        for (var i = 0; i < samples; i++) BinaryPrimitives.WriteInt16LittleEndian(wave.AsSpan(44 + (2 * i)), (short)(20_000 * Math.Sin(2 * Math.PI * frequency * i / Rate)));
        return Convert.ToBase64String(wave);
    }
}
