using static TorchSharp.torch;

namespace Platform.Modeling.Tasks;

/// <summary>Moves what lies below a language model's head into a model with another head, under the same names.</summary>
internal static class DecoderBody
{
    public static void Take(CausalLanguageModel decoder, nn.Module owner)
    {
        foreach (var (name, child) in decoder.named_children().ToList())
        {
            if (name == decoder.HeadName) child.Dispose();
            else owner.register_module(name, child);
        }
    }
}
