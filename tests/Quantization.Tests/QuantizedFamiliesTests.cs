using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Modeling.Checkpoints;
using Platform.Quantization.Checkpoints;
using Platform.Quantization.Int8;
using Platform.Quantization.Nf4;
using static TorchSharp.torch;

namespace Platform.Quantization.Tests;

/// <summary>Families whose files lie otherwise than their parameters: transposed, in parts, under other names.</summary>
public sealed class QuantizedFamiliesTests : IDisposable
{
    private const string Gpt2 = """{"architectures": ["GPT2LMHeadModel"], "model_type": "gpt2", "n_embd": 32, "n_head": 4, "n_layer": 2, "n_positions": 16, "vocab_size": 40}""";
    private const string Mixtral = """{"architectures": ["MixtralForCausalLM"], "model_type": "mixtral", "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "num_local_experts": 4, "num_experts_per_tok": 2, "vocab_size": 40, "max_position_embeddings": 16}""";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("families-");

    public static TheoryData<string, string> Cases => new() { { Gpt2, "nf4" }, { Gpt2, "int8" }, { Mixtral, "nf4" }, { Mixtral, "int8" } };

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory, MemberData(nameof(Cases))]
    public void ASavedModelComputesTheSameWhenLoaded(string config, string format)
    {
        var (plain, quantized) = (Path.Combine(_folder.FullName, "plain"), Path.Combine(_folder.FullName, "quantized"));
        using var model = Some(config);
        model.Save(plain);
        if (format == "nf4") QuantizedModels.Quantize(model, new Nf4Options());
        else QuantizedModels.Quantize(model, layer => new Int8Linear(RowwiseInt8.Quantize(layer.Weight), layer.Bias));
        QuantizedModels.Save(model, quantized, plain);
        using var loaded = QuantizedModels.Load(quantized, CPU);
        using var before = Logits(model);
        using var after = Logits(loaded);
        Assert.NotEmpty(ModuleTree.OfType<QuantizedLinear>(loaded));
        Assert.Equal(ModuleTree.OfType<QuantizedLinear>(model).Count(), ModuleTree.OfType<QuantizedLinear>(loaded).Count());
        Assert.True(before.eq(after).all().item<bool>());
    }

    [Fact]
    public void WhatStaysInFullPrecisionLiesInFilesAsTheFamilyKeepsIt()
    {
        var (plain, quantized) = (Path.Combine(_folder.FullName, "plain"), Path.Combine(_folder.FullName, "quantized"));
        using var model = Some(Mixtral);
        model.Save(plain);
        QuantizedModels.Quantize(model, new Nf4Options());
        QuantizedModels.Save(model, quantized, plain);
        using var weights = ModelFolder.Open(quantized);
        Assert.Contains("model.layers.0.block_sparse_moe.experts.3.w2.weight", weights.TensorNames);
        Assert.Contains("model.layers.1.self_attn.q_proj.weight.absmax", weights.TensorNames);
    }

    private static CausalLanguageModel Some(string config)
    {
        var model = PretrainedModel.Create<CausalLanguageModel>(JsonNode.Parse(config)!.AsObject(), CPU);
        using var generator = new Generator(1);
        model.Initialize(generator);
        model.eval();
        return model;
    }

    private static Tensor Logits(CausalLanguageModel model)
    {
        using var noGradients = no_grad();
        using var ids = tensor(new long[] { 1, 17, 32, 9, 5, 6 }, [1, 6]);
        return model.Logits(ids);
    }
}
