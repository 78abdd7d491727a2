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
                SupervisedCase.Check(golden, casePath, mismatches);
                return mismatches.Verdict();
            case "collators":
                CollatorCase.Check(golden, mismatches);
                return mismatches.Verdict();
            case "mlm-seeded":
                MaskingCase.Check(golden, casePath, mismatches);
                return mismatches.Verdict();
            case "alpaca-sharegpt":
                TurnTemplateCase.Check(golden, casePath, mismatches);
                return mismatches.Verdict();
            case var other:
                throw new UnsupportedCaseException($"the library has no {other} yet");
        }
    }
}
