using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Parity.Tensors;
using Platform.Quantization.Gguf;
using Platform.Quantization.Gguf.Blocks;
using static TorchSharp.torch;

namespace Platform.Parity.Quantization;

/// <summary>GGUF files of a model: read, run, and written from its folder.</summary>
internal static class GgufModel
{
    public static ParityVerdict Check(GoldenCase golden)
    {
        var comparison = new Comparison();
        var files = JsonNode.Parse(File.ReadAllText(golden.PathOf("gguf.json")))!.AsObject();
        using var plain = PretrainedModel.Load<CausalLanguageModel>(golden.PathOf("hf"), CPU);
        foreach (var (name, header) in files)
        {
            using var theirs = GgufFile.Open(golden.PathOf(name));
            Header(comparison, name, theirs, header!, general: true);
            Written(comparison, golden, plain, name, theirs, header!);
            Run(comparison, golden, name);
        }

        return comparison.Verdict;
    }

    private static void Header(Comparison comparison, string name, GgufFile file, JsonNode header, bool general)
    {
        comparison.Expect(file.Version == 3, $"{name}: version {file.Version}");
        var expected = header["metadata"]!.AsArray().Where(value => !value!["key"]!.GetValue<string>().StartsWith("GGUF.", StringComparison.Ordinal)).ToList();
        foreach (var value in expected)
        {
            var key = value!["key"]!.GetValue<string>();
            if (!general && key is "general.name" or "general.size_label") continue; // free texts
            if (!file.Values.TryGetValue(key, out var mine))
            {
                comparison.Expect(false, $"{name}: {key} is missing");
                continue;
            }

            var kinds = value["types"]!.AsArray().Select(kind => kind!.GetValue<string>()).ToList();
            comparison.Expect(kinds[^1].Equals(mine.Kind.ToString(), StringComparison.OrdinalIgnoreCase) && kinds.Count == (mine.IsList ? 2 : 1), $"{name}: {key} is a {mine.Kind}, expected {string.Join(" of ", kinds)}");
            var wanted = value["value"] is JsonArray list ? list.ToList() : [value["value"]];
            comparison.Expect(wanted.Count == mine.Items.Count && wanted.Zip(mine.Items).All(pair => Equal(pair.First!, pair.Second)), $"{name}: {key} has another value");
        }

        comparison.Expect(file.Values.Keys.ToHashSet().IsSubsetOf(expected.Select(value => value!["key"]!.GetValue<string>())), $"{name}: there are other values");
    }

    private static bool Equal(JsonNode expected, object mine) => mine switch
    {
        string text => expected.GetValue<string>() == text,
        bool flag => expected.GetValue<bool>() == flag,
        _ => expected.GetValue<double>().Equals(Convert.ToDouble(mine, CultureInfo.InvariantCulture)),
    };

    private static void Written(Comparison comparison, GoldenCase golden, CausalLanguageModel plain, string name, GgufFile theirs, JsonNode header)
    {
        var folder = Directory.CreateTempSubdirectory("parity-");
        try
        {
            var path = Path.Combine(folder.FullName, name);
            GgufModels.Export(plain, path, GgufTypes.Named(name.Split('-', '.')[^2]), golden.PathOf("hf"));
            using var mine = GgufFile.Open(path);
            Header(comparison, $"written {name}", mine, header, general: false);
            comparison.Expect(mine.Tensors.Keys.ToHashSet().SetEquals(theirs.Tensors.Keys), $"written {name}: other tensors");
            foreach (var tensor in header["tensors"]!.AsArray().Select(tensor => tensor!))
            {
                var key = tensor["name"]!.GetValue<string>();
                var bytes = theirs.ReadBytes(key);
                comparison.Expect(Convert.ToHexStringLower(SHA256.HashData(bytes)).StartsWith(tensor["sha256"]!.GetValue<string>(), StringComparison.Ordinal), $"{name}: {key} was read as other bytes");
                comparison.Expect(theirs.Tensors[key].Type.Name == tensor["type"]!.GetValue<string>() && theirs.Tensors[key].Shape.Reverse().SequenceEqual(tensor["ne"]!.AsArray().Select(size => size!.GetValue<long>())), $"{name}: {key} is {theirs.Tensors[key].Type.Name}");
                comparison.Expect(mine.Tensors.TryGetValue(key, out var written) && written.Type.Id == theirs.Tensors[key].Type.Id && mine.ReadBytes(key).AsSpan().SequenceEqual(bytes), $"written {name}: {key} has other bytes");
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Run(Comparison comparison, GoldenCase golden, string name)
    {
        var kind = name.Split('-', '.')[^2];
        using var model = GgufModels.Load(golden.PathOf(name), CPU);
        using var noGradients = no_grad();
        for (var prompt = 0; golden.Has($"{kind}.prompt{prompt}.ids"); prompt++)
        {
            using var scope = NewDisposeScope();
            var key = $"{kind}.prompt{prompt}";
            var ids = golden.Read($"{key}.ids");
            var logits = model.Logits(ids.unsqueeze(0))[0];
            if (golden.Has($"{key}.logits_dequantized")) comparison.Close($"{key}.logits_dequantized", logits, golden.Read($"{key}.logits_dequantized"), 1e-3);
            comparison.Close($"{key}.last_logits_dequantized", logits[-1], golden.Read($"{key}.last_logits_dequantized"), 1e-3);
            if (golden.Has($"{key}.greedy")) Greedy(comparison, key, model, ids, golden.Read($"{key}.greedy"));
        }
    }

    /// <summary>Token 0, the end, is suppressed.</summary>
    private static void Greedy(Comparison comparison, string key, CausalLanguageModel model, Tensor ids, Tensor expected)
    {
        using var scope = NewDisposeScope();
        var all = ids;
        for (var i = 0; i < expected.numel(); i++)
        {
            var last = model.Logits(all.unsqueeze(0))[0, -1].clone();
            last[0] = float.NegativeInfinity;
            all = cat([all, last.argmax().reshape(1)], 0);
        }

        comparison.Same($"{key}.greedy", all.narrow(0, ids.numel(), expected.numel()), expected);
    }
}
