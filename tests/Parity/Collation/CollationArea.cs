namespace Platform.Parity.Collation;

/// <summary>From examples to token ids and labels, to packed rows and batches, and from logits back to answers.</summary>
public sealed class CollationArea : IParityArea
{
    public string Name => "collation";

    public ParityVerdict Check(string casePath)
    {
        var golden = GoldenFile.Read(casePath, "golden.json");
        var mismatches = new Mismatches();
        switch (golden.GetProperty("case").GetString())
        {
            case "packing":
                PackingCase.Check(golden, mismatches);
                return mismatches.Verdict();
            case "squad-bert" or "squad-left-padded":
                QuestionCase.Check(golden, casePath, mismatches);
                return mismatches.Verdict();
            case "preference-labels":
                PreferenceCase.Check(golden, casePath, mismatches);
                return mismatches.Verdict();
            case "sft-labels":
                throw new UnsupportedCaseException("the library does not learn plain text or label by TRL's options yet");
            case "collators":
                throw new UnsupportedCaseException("the library has not all of transformers' collators yet");
            case "mlm-seeded":
                throw new UnsupportedCaseException("the library masks no tokens for masked-language modelling yet");
            case var other:
                throw new UnsupportedCaseException($"the library has no {other} yet");
        }
    }
}
