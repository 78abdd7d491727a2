namespace Platform.Estimation.Shapes;

/// <summary>BERT and the encoders after it.</summary>
internal static class TextEncoderShapes
{
    public static ModelShape Bert(Figures figures) => Of(figures, pooler: !HasHead(figures, "MaskedLM", "QuestionAnswering", "TokenClassification"));

    /// <summary>Its classifier has a dense layer of its own in place of the pooler.</summary>
    public static ModelShape Roberta(Figures figures) => Of(figures, pooler: !HasHead(figures, "MaskedLM", "QuestionAnswering", "TokenClassification", "SequenceClassification"));

    public static ModelShape DistilBert(Figures figures) => Of(figures, pooler: false);

    public static ModelShape Deberta(Figures figures) => Of(figures, pooler: false);

    private static ModelShape Of(Figures figures, bool pooler)
    {
        var blocks = Blocks(figures);
        var (hidden, vocabulary) = (blocks.HiddenSize, figures.Size("vocab_size"));
        var weights = new WeightList();
        weights.Embedding("word_embeddings", vocabulary, hidden);
        if (figures.ModelType != "distilbert" && figures.SizeOr(figures.ModelType == "deberta-v2" ? 0 : 2, "type_vocab_size") is > 0 and var types) weights.Embedding("token_type_embeddings", types, hidden);
        Positions(weights, figures, hidden);
        Stack(weights, blocks, layers: blocks.Layers);
        weights.Norms("embeddings.LayerNorm", hidden, 1, bias: true);
        if (pooler) weights.Linear(WeightGroup.Other, "pooler.dense", hidden, hidden, bias: true);
        Head(weights, figures, vocabulary, hidden);
        return new() { ModelType = figures.ModelType, Blocks = blocks, Vocabulary = vocabulary, Weights = weights.Weights };
    }

    /// <summary>Blocks of four projections with biases, two feed-forward layers and two norms.</summary>
    public static void Stack(WeightList weights, BlockShape blocks, long layers, bool inputBias = true)
    {
        foreach (var name in (string[])["query", "key", "value"]) weights.BlockLinear(WeightGroup.Attention, name, blocks.HiddenSize, blocks.HiddenSize, layers, inputBias);
        weights.BlockLinear(WeightGroup.Attention, "attention.output.dense", blocks.HiddenSize, blocks.HiddenSize, layers, bias: true);
        weights.BlockLinear(WeightGroup.Mlp, "intermediate.dense", blocks.InnerSize, blocks.HiddenSize, layers, bias: true);
        weights.BlockLinear(WeightGroup.Mlp, "output.dense", blocks.HiddenSize, blocks.InnerSize, layers, bias: true);
        weights.Norms("LayerNorm", blocks.HiddenSize, 2 * layers, bias: true);
    }

    private static BlockShape Blocks(Figures figures)
    {
        var hidden = figures.Size("hidden_size", "dim");
        var heads = figures.Size("num_attention_heads", "n_heads");
        return new(figures.Size("num_hidden_layers", "n_layers"), hidden, heads, heads, hidden / Math.Max(1, heads), figures.Size("intermediate_size", "hidden_dim"), Gated: false);
    }

    private static void Positions(WeightList weights, Figures figures, long hidden)
    {
        if (figures.Flag("position_biased_input", true)) weights.Positions("position_embeddings", figures.SizeOr(512, "max_position_embeddings"), hidden);
        if (!figures.Flag("relative_attention", false)) return;
        var buckets = figures.SizeOr(0, "position_buckets");
        weights.Positions("encoder.rel_embeddings", 2 * (buckets > 0 ? buckets : figures.SizeOr(512, "max_position_embeddings")), hidden);
        if (figures.Text("norm_rel_ebd", "none").Contains("layer_norm", StringComparison.Ordinal)) weights.Norms("encoder.LayerNorm", hidden, 1, bias: true);
    }

    private static void Head(WeightList weights, Figures figures, long vocabulary, long hidden)
    {
        if (HasHead(figures, "SequenceClassification"))
        {
            if (figures.ModelType is "roberta" or "distilbert" or "deberta-v2") weights.Linear(WeightGroup.Other, "classifier.dense", hidden, hidden, bias: true);
            weights.Linear(WeightGroup.Other, "classifier", figures.Labels, hidden, bias: true);
        }
        else if (HasHead(figures, "TokenClassification"))
        {
            weights.Linear(WeightGroup.Other, "classifier", figures.Labels, hidden, bias: true);
        }
        else if (HasHead(figures, "QuestionAnswering"))
        {
            weights.Linear(WeightGroup.Other, "qa_outputs", 2, hidden, bias: true);
        }
        else if (HasHead(figures, "MaskedLM", "PreTraining"))
        {
            // The output matrix is the embedding's; only its bias is another weight.
            weights.Linear(WeightGroup.Other, "predictions.transform", hidden, hidden, bias: true);
            weights.Norms("predictions.LayerNorm", hidden, 1, bias: true);
            weights.Add(WeightGroup.Other, "predictions.bias", [vocabulary]);
        }
    }

    private static bool HasHead(Figures figures, params string[] tasks) => tasks.Any(task => figures.Architecture.EndsWith($"For{task}", StringComparison.Ordinal));
}
