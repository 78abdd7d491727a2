namespace Platform.Modeling.Generation;

/// <summary>A continuation that might be followed.</summary>
/// <param name="Beam">the running beam it continues</param>
/// <param name="Score">the sum of its tokens' log-probabilities</param>
/// <param name="Finish">why it ends with this token; null if it does not</param>
internal readonly record struct BeamCandidate(int Beam, int Token, float Score, FinishReason? Finish);

/// <summary>A beam that ended.</summary>
/// <param name="Score">its log-probability / (new tokens)^length penalty</param>
internal sealed record FinishedBeam(TokenRow Row, double Score, FinishReason Finish);

/// <summary>The beams of one prompt: those that run, and the best of those that ended.</summary>
internal sealed class BeamGroup
{
    /// <summary>The score of what is no alternative; transformers' figure.</summary>
    private const float Hopeless = -1e9f;

    private readonly GenerationOptions _options;
    private readonly List<FinishedBeam> _finished = [];
    private bool _canImprove = true;

    public BeamGroup(TokenRow prompt, GenerationOptions options)
    {
        _options = options;
        Running = [.. Enumerable.Repeat(prompt, options.Beams)];

        // All beams begin alike, so only one may have continuations.
        Scores = [.. Enumerable.Range(0, options.Beams).Select(beam => beam == 0 ? 0 : Hopeless)];
    }

    /// <summary>The rows that are followed, best first.</summary>
    public TokenRow[] Running { get; private set; }

    /// <summary>The log-probabilities of the running rows.</summary>
    public float[] Scores { get; private set; }

    public bool IsDone { get; private set; }

    /// <summary>What ended, best first.</summary>
    public IReadOnlyList<FinishedBeam> Finished => _finished;

    private bool IsFull => _finished.Count == _options.Beams;

    /// <summary>Goes one position on.</summary>
    /// <param name="candidates">best first; as many of them can go on as there are beams</param>
    /// <returns>the beams that the running ones continue</returns>
    public int[] Advance(IReadOnlyList<BeamCandidate> candidates)
    {
        var length = Running[0].NewTokens + 1;

        // Those behind the first are there only to go on with.
        if (!IsDone) Collect(candidates.Take(_options.Beams).Where(candidate => candidate.Finish is not null), length);

        var next = candidates.Select(candidate => candidate.Finish is null ? candidate : candidate with { Score = candidate.Score + Hopeless })
            .OrderByDescending(candidate => candidate.Score).Take(_options.Beams).ToList();
        Running = [.. next.Select(candidate => Running[candidate.Beam].With(candidate.Token))];
        Scores = [.. next.Select(candidate => candidate.Score)];

        _canImprove &= BestPossible(length) > (IsFull ? _finished[^1].Score : Hopeless);
        IsDone |= !_canImprove
            || (IsFull && _options.EarlyStopping == EarlyStopping.WhenFull)
            || candidates.All(candidate => candidate.Finish is not null);
        return [.. next.Select(candidate => candidate.Beam)];
    }

    private void Collect(IEnumerable<BeamCandidate> ended, int length)
    {
        foreach (var candidate in ended.Where(candidate => float.IsFinite(candidate.Score)))
        {
            _finished.Add(new FinishedBeam(Running[candidate.Beam].With(candidate.Token), candidate.Score / Math.Pow(length, _options.LengthPenalty), candidate.Finish!.Value));
        }

        var best = _finished.OrderByDescending(beam => beam.Score).Take(_options.Beams).ToList(); // stable: the older of equals stays
        _finished.Clear();
        _finished.AddRange(best);
    }

    /// <summary>What the best running beam could score, if it ended as it is or, for a strict search, at the best length.</summary>
    private double BestPossible(int length)
    {
        var strict = _options is { EarlyStopping: EarlyStopping.Never, LengthPenalty: > 0 };
        return Scores[0] / Math.Pow(strict ? Running[0].MaxNewTokens : length, _options.LengthPenalty);
    }
}
