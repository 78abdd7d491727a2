using System.Text.Json;
using Platform.FineTuning.QuestionAnswering;
using Platform.Metrics.Answers;
using Platform.Modeling.Tokenization;
using Platform.Parity.Metrics;

namespace Platform.Parity.Collation;

/// <summary>SQuAD: features, positions, answers from logits and their metrics against transformers' question-answering example.</summary>
internal static class QuestionCase
{
    private const double Tolerance = 1e-5;

    public static void Check(JsonElement golden, string folder, Mismatches mismatches)
    {
        var encoder = new QuestionEncoder(Tokenizer.Load(Path.Combine(folder, "tokenizer")), golden.GetProperty("max_length").GetInt32(), golden.GetProperty("doc_stride").GetInt32());
        var examples = golden.GetProperty("examples").Of(item => new Example(item));
        var windows = examples.SelectMany(example => encoder.Encode(example.Question, example.Context).Select(window => (Example: example, Window: window))).ToList();
        CheckFeatures(golden, examples, windows, mismatches);
        var starts = golden.GetProperty("start_logits").Of(row => row.Of(logit => logit.GetSingle()).ToArray());
        var ends = golden.GetProperty("end_logits").Of(row => row.Of(logit => logit.GetSingle()).ToArray());
        foreach (var (i, run) in golden.GetProperty("postprocess").EnumerateArray().Index())
        {
            var found = windows.Index().GroupBy(item => item.Item.Example).ToDictionary(
                group => group.Key.Id,
                group => Search(run).Find(group.Key.Context, [.. group.Select(item => (item.Item.Window, starts[item.Index], ends[item.Index]))]));
            foreach (var example in examples) CheckAnswer($"{i}.{example.Id}", run, example.Id, found[example.Id], mismatches);
            CheckMetrics($"{i}", run, examples, found, mismatches);
        }

        foreach (var pair in golden.GetProperty("normalize_answer").EnumerateArray()) mismatches.Check("normalize", pair[1].GetString()!, SquadText.Normalize(pair[0].GetString()!));
        foreach (var pair in golden.GetProperty("f1_em").EnumerateArray())
        {
            var (exact, f1) = SquadV1.ScoreOne(pair[0].GetString()!, [pair[1].GetString()!]);
            mismatches.Near("f1", pair[2].GetDouble(), f1, Tolerance);
            mismatches.Near("exact", pair[3].GetBoolean() ? 1 : 0, exact, Tolerance);
        }
    }

    private static void CheckFeatures(JsonElement golden, List<Example> examples, List<(Example Example, QuestionWindow Window)> windows, Mismatches mismatches)
    {
        var (train, validation) = (golden.GetProperty("train_features"), golden.GetProperty("validation_features"));
        mismatches.Check("features", train.GetArrayLength().ToString(), windows.Count.ToString());
        foreach (var (i, (example, window)) in windows.Take(train.GetArrayLength()).Index())
        {
            var (first, last) = window.PositionsOf(example.AnswerStart, example.AnswerLength);
            mismatches.Check($"[{i}].input_ids", train[i].GetProperty("input_ids"), window.Ids);
            mismatches.Check($"[{i}].attention_mask", train[i].GetProperty("attention_mask"), window.AttentionMask);
            if (train[i].TryGetProperty("token_type_ids", out var types)) mismatches.Check($"[{i}].token_type_ids", types, window.TypeIds);
            mismatches.Check($"[{i}].start_positions", train[i].GetProperty("start_positions"), first);
            mismatches.Check($"[{i}].end_positions", train[i].GetProperty("end_positions"), last);
            mismatches.Check($"[{i}].sample", train[i].GetProperty("sample"), examples.IndexOf(example));
            mismatches.Check($"[{i}].offset_mapping", validation[i].GetProperty("offset_mapping"), window.Context.Select(span => span is var (start, end) ? (int[])[start, end] : null));
        }
    }

    private static AnswerSearch Search(JsonElement run)
    {
        var (search, args) = (new AnswerSearch { MayHaveNone = IsSecondVersion(run) }, run.GetProperty("args"));
        if (args.TryGetProperty("n_best_size", out var best)) search = search with { Best = best.GetInt32() };
        if (args.TryGetProperty("max_answer_length", out var length)) search = search with { MaxLength = length.GetInt32() };
        return args.TryGetProperty("null_score_diff_threshold", out var threshold) ? search with { NoneThreshold = threshold.GetDouble() } : search;
    }

    private static void CheckAnswer(string what, JsonElement run, string id, FoundAnswer found, Mismatches mismatches)
    {
        mismatches.Check(what, run.GetProperty("predictions").GetProperty(id).GetString()!, found.Text);
        mismatches.Check($"{what}.nbest_count", run.GetProperty("nbest_count").GetProperty(id), found.Ranked.Count);
        foreach (var (rank, expected) in run.GetProperty("nbest").GetProperty(id).EnumerateArray().Index().TakeWhile(item => item.Index < found.Ranked.Count))
        {
            var answer = found.Ranked[rank];
            mismatches.Check($"{what}[{rank}]", expected.GetProperty("text").GetString()!, answer.Text);
            mismatches.Near($"{what}[{rank}]", expected, "start_logit", answer.StartLogit, Tolerance);
            mismatches.Near($"{what}[{rank}]", expected, "end_logit", answer.EndLogit, Tolerance);
            mismatches.Near($"{what}[{rank}]", expected, "probability", answer.Probability, Tolerance);
        }

        if (run.TryGetProperty("null_odds", out var odds)) mismatches.Near($"{what}.null_odds", odds.GetProperty(id).GetDouble(), found.NoneOdds ?? double.NaN, Tolerance);
    }

    private static void CheckMetrics(string what, JsonElement run, List<Example> examples, Dictionary<string, FoundAnswer> found, Mismatches mismatches)
    {
        var expected = run.GetProperty("metrics");
        if (!IsSecondVersion(run))
        {
            var answerable = examples.FindAll(example => example.Answers.Count > 0);
            var (exact, f1) = SquadV1.Score(answerable.ConvertAll(example => found[example.Id].Text), answerable.ConvertAll(example => example.Answers));
            mismatches.Near(what, expected, "exact_match", exact, Tolerance);
            mismatches.Near(what, expected, "f1", f1, Tolerance);
            return;
        }

        var scores = SquadV2.Score(examples.ConvertAll(Question));
        foreach (var (prefix, part) in ((string, SquadPart?)[])[("", scores.All), ("HasAns_", scores.WithAnswer), ("NoAns_", scores.WithoutAnswer)])
        {
            mismatches.Near(what, expected, $"{prefix}exact", part!.Exact, Tolerance);
            mismatches.Near(what, expected, $"{prefix}f1", part.F1, Tolerance);
            mismatches.Near(what, expected, $"{prefix}total", part.Total, Tolerance);
        }

        foreach (var example in examples)
        {
            var own = SquadV2.Score([Question(example)]).All!;
            mismatches.Near($"{what}.{example.Id}", run.GetProperty("per_question").GetProperty(example.Id), [own.Exact / 100, own.F1 / 100], Tolerance);
        }

        SquadQuestion Question(Example example) => new(found[example.Id].Text, example.Answers);
    }

    private static bool IsSecondVersion(JsonElement run) => run.GetProperty("version_2_with_negative").GetBoolean();

    private sealed class Example(JsonElement item)
    {
        public string Id { get; } = item.GetProperty("id").GetString()!;

        public string Question { get; } = item.GetProperty("question").GetString()!;

        public string Context { get; } = item.GetProperty("context").GetString()!;

        public List<string> Answers { get; } = item.GetProperty("answers").GetProperty("text").Strings();

        public int? AnswerStart { get; } = item.GetProperty("answers").GetProperty("answer_start").Integers() is [var start, ..] ? start : null;

        public int AnswerLength => Answers is [var text, ..] ? text.EnumerateRunes().Count() : 0;
    }
}
