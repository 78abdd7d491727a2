using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Estimation.Bytes;
using Platform.Estimation.Shapes;

namespace Platform.Parity.Quantization;

/// <summary>Parameters and bytes of models, told from their configs.</summary>
internal static class MemoryTables
{
    private static readonly Dictionary<string, WeightFormat> Formats = new()
    {
        ["float32"] = WeightFormat.Float32,
        ["bfloat16"] = WeightFormat.BFloat16,
        ["int8_all"] = WeightFormat.Byte,
        ["llm_int8_rest_bf16"] = WeightFormat.Int8,
        ["nf4_rest_bf16"] = WeightFormat.Nf4,
        ["nf4_double_quant_rest_bf16"] = WeightFormat.Nf4Double,
    };

    private static readonly Dictionary<string, WeightGroup> Groups = new()
    {
        ["attention"] = WeightGroup.Attention,
        ["embedding"] = WeightGroup.Embedding,
        ["lm_head"] = WeightGroup.LanguageModelHead,
        ["mlp"] = WeightGroup.Mlp,
        ["norm"] = WeightGroup.Norm,
        ["other"] = WeightGroup.Other,
        ["position_embedding"] = WeightGroup.PositionEmbedding,
        ["router"] = WeightGroup.Router,
    };

    public static ParityVerdict Check(string folder)
    {
        var mismatches = new Mismatches();
        using var tables = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "memory.json")));
        foreach (var row in tables.RootElement.GetProperty("models").EnumerateArray()) Model(mismatches, folder, row);
        foreach (var row in tables.RootElement.GetProperty("zero_model_states").EnumerateArray()) Zero(mismatches, row);
        return mismatches.Verdict();
    }

    private static void Model(Mismatches mismatches, string folder, JsonElement row)
    {
        var name = row.GetProperty("model").GetString()!;
        var model = ModelShape.Of(JsonNode.Parse(File.ReadAllBytes(Path.Combine(folder, "configs", $"{name}.json")))!.AsObject());
        foreach (var field in row.EnumerateObject())
        {
            var what = $"{name}: {field.Name}";
            switch (field.Name)
            {
                case "model": break;
                case "total_parameters": mismatches.Check(what, field.Value, model.Parameters); break;
                case "quantizable_matrix_parameters": mismatches.Check(what, field.Value, model.BlockMatrixParameters); break;
                case "other_parameters": mismatches.Check(what, field.Value, model.Parameters - model.BlockMatrixParameters); break;
                case "kv_cache_bytes_per_token_16bit": mismatches.Check(what, field.Value, model.CacheBytesPerToken(bytesPerValue: 2)); break;
                case "lora_r8_q_v_parameters": mismatches.Check(what, field.Value, LoraParameters.Of(model, rank: 8, ["q_proj", "v_proj"])); break;
                case "lora_r16_all_linear_parameters": mismatches.Check(what, field.Value, LoraParameters.Of(model, rank: 16)); break;
                case "gptq_4bit_g128_linear_bytes": mismatches.Check(what, field.Value, WeightFormat.Gptq(bits: 4, groupSize: 128).OfBlockMatrices(model)); break;
                case "weight_bytes": foreach (var format in field.Value.EnumerateObject()) mismatches.Check($"{what}.{format.Name}", format.Value, Formats[format.Name].Of(model)); break;
                case "by_group": foreach (var group in field.Value.EnumerateObject()) mismatches.Check($"{what}.{group.Name}", group.Value, Parameters(model, Groups[group.Name])); break;
                default: throw new UnsupportedCaseException($"a table with {field.Name} is not known");
            }
        }
    }

    private static long Parameters(ModelShape model, WeightGroup group) => model.Weights.Where(weight => weight.Group == group).Sum(weight => weight.Total);

    private static void Zero(Mismatches mismatches, JsonElement row)
    {
        var (parameters, gpus) = (row.GetProperty("parameters").GetInt64(), row.GetProperty("gpus").GetInt32());
        foreach (var stage in row.GetProperty("bytes_per_gpu").EnumerateObject())
        {
            var number = stage.Name == "ddp" ? 0 : stage.Name["zero".Length] - '0';
            mismatches.Near($"{row.GetProperty("model")} on {gpus}: {stage.Name}", stage.Value.GetDouble(), ZeroStates.BytesPerGpu(parameters, gpus, number), 1e-12);
        }
    }
}
