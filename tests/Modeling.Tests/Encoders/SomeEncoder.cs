using System.Text.Json.Nodes;
using Platform.Modeling.Tasks;
using Platform.Torch;
using static TorchSharp.torch;

namespace Platform.Modeling.Tests.Encoders;

/// <summary>Small encoders of text with random weights.</summary>
internal static class SomeEncoder
{
    /// <summary>The configs of all families without a class, in transformers' words.</summary>
    private static readonly Dictionary<string, string> Configs = new()
    {
        ["Bert"] = """{"model_type":"bert","vocab_size":30,"hidden_size":12,"num_hidden_layers":2,"num_attention_heads":3,"intermediate_size":20,"max_position_embeddings":16}""",
        ["Roberta"] = """{"model_type":"roberta","vocab_size":30,"hidden_size":12,"num_hidden_layers":2,"num_attention_heads":3,"intermediate_size":20,"max_position_embeddings":18,"type_vocab_size":1,"pad_token_id":1}""",
        ["DistilBert"] = """{"model_type":"distilbert","vocab_size":30,"dim":12,"n_layers":2,"n_heads":3,"hidden_dim":20,"max_position_embeddings":16}""",
        ["DebertaV2"] = """{"model_type":"deberta-v2","vocab_size":30,"hidden_size":12,"num_hidden_layers":2,"num_attention_heads":3,"intermediate_size":20,"max_position_embeddings":16,"relative_attention":true,"position_buckets":4,"pos_att_type":"p2c|c2p","norm_rel_ebd":"layer_norm","position_biased_input":false,"conv_kernel_size":3}""",
    };

    public static IEnumerable<string> Families => Configs.Keys;

    public static JsonObject Config(string family, string suffix, Action<JsonObject>? change = null)
    {
        var json = JsonNode.Parse(Configs[family])!.AsObject();
        json["architectures"] = new JsonArray(family + suffix);
        json["initializer_range"] = 0.5;
        change?.Invoke(json);
        return json;
    }

    public static T Model<T>(string family, string suffix, Action<JsonObject>? change = null)
        where T : PretrainedModel
    {
        var model = PretrainedModel.Create<T>(Config(family, suffix, change), CPU, ScalarType.Float32);
        using var generator = Seeds.Generator(1, CPU);
        model.Initialize(generator);
        model.eval();
        return model;
    }

    /// <summary>Five tokens, of which none is any family's padding.</summary>
    public static TextInputs Short => new(tensor((long[])[5, 7, 11, 2, 9], 1, 5));

    /// <summary>The same, padded to eight.</summary>
    public static TextInputs Padded(string family)
    {
        var pad = family == "Roberta" ? 1L : 0L;
        return new(tensor((long[])[5, 7, 11, 2, 9, pad, pad, pad], 1, 8), tensor((long[])[1, 1, 1, 1, 1, 0, 0, 0], 1, 8));
    }
}
