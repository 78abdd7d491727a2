using System.Runtime.InteropServices;
using Platform.Modeling;
using Platform.Modeling.Llama;
using Platform.Quantization.Gguf.Blocks;
using static TorchSharp.torch;

namespace Platform.Quantization.Gguf;

/// <summary>Writes language models as GGUF files and reads them back.</summary>
public static class GgufModels
{
    private const uint QuantizationVersion = 2;

    /// <param name="model">A model of the Llama family, whose layers may be quantized already.</param>
    /// <param name="path">The file to write.</param>
    /// <param name="type">What matrices become; vectors stay in float32. A matrix whose rows do not fill whole blocks becomes Q8_0, or F16.</param>
    /// <param name="from">The model's folder, for its tokenizer.</param>
    /// <param name="name">What the file says the model is called; the folder's name if absent.</param>
    /// <exception cref="NotSupportedException">The family, its positions or its tokenizer have no place in the format.</exception>
    public static void Export(CausalLanguageModel model, string path, GgufType type, string from, string? name = null)
    {
        var architecture = GgufArchitecture.Of(model.Config);
        var parameters = Parameters(model);
        List<(string Key, GgufValue Value)> values =
        [
            ("general.architecture", architecture.Name),
            ("general.type", "model"),
            ("general.name", name ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(from)))),
            .. GgufSettings.Of(architecture.Name, (LlamaConfig)model.Config),
            ("general.file_type", type.FileType),
            ("general.quantization_version", QuantizationVersion),
            .. GgufTokenizer.Read(from, model.Config),
        ];
        GgufWriter.Write(path, values, [.. parameters.Select(parameter => (
            GgufArchitecture.NameOf(parameter.Name) ?? throw new NotSupportedException($"the parameter '{parameter.Name}' has no name in GGUF."),
            parameter.Shape.Length < 2 ? GgufTypes.Float32 : Fitting(type, parameter.Shape[^1]),
            parameter.Shape,
            (Func<float[]>)(() => Numbers(architecture, parameter.Name, parameter.Values))))]);
    }

    /// <summary>Reads a file of the Llama family as a model in float32; the caller disposes it.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or lacks a value or a tensor.</exception>
    /// <exception cref="NotSupportedException">The architecture or a type is not known.</exception>
    public static CausalLanguageModel Load(string path, Device device)
    {
        using var file = GgufFile.Open(path);
        var model = PretrainedModel.Create<CausalLanguageModel>(GgufSettings.ConfigOf(file, path), device, ScalarType.Float32);
        try
        {
            using var noGradients = no_grad();
            var architecture = GgufArchitecture.Of(model.Config);
            foreach (var (name, parameter) in model.named_parameters())
            {
                using var scope = NewDisposeScope();
                var values = file.Read(GgufArchitecture.NameOf(name)!);
                if (!values.shape.SequenceEqual(parameter.shape)) throw new InvalidDataException($"'{path}': tensor '{GgufArchitecture.NameOf(name)}' has the shape [{string.Join(", ", values.shape)}], the model needs [{string.Join(", ", parameter.shape)}].");
                parameter.copy_(architecture.FromFile(name, values));
            }

            model.eval();
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>All parameters, with the weights of quantized layers among them.</summary>
    private static List<(string Name, long[] Shape, Func<Tensor> Values)> Parameters(CausalLanguageModel model) =>
    [
        .. model.named_parameters().Select(pair => (pair.name, pair.parameter.shape, (Func<Tensor>)(() => pair.parameter.detach()))),
        .. ModuleTree.OfType<QuantizedLinear>(model).Select(layer => ($"{layer.Path}.weight", (long[])[layer.Module.OutFeatures, layer.Module.InFeatures], (Func<Tensor>)layer.Module.Dequantized)),
    ];

    private static GgufType Fitting(GgufType type, long width) =>
        width % type.BlockElements == 0 ? type : GgufTypes.Named(width % GgufTypes.Named("Q8_0").BlockElements == 0 ? "Q8_0" : "F16");

    private static float[] Numbers(GgufArchitecture architecture, string name, Func<Tensor> values)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        return MemoryMarshal.Cast<byte, float>(architecture.ToFile(name, values().to_type(ScalarType.Float32).cpu()).contiguous().bytes).ToArray();
    }
}
