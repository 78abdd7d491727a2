using Platform.Peft.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Platform.Peft.Prompts;

/// <summary>Embeds ids that begin with virtual tokens, which lie below zero: they get the prompt's rows.</summary>
internal sealed class PromptUpdate(long count, Func<Tensor> rows) : LayerUpdate(nameof(PromptUpdate))
{
    internal override bool IsOutermost => true;

    /// <summary>The rows' parameters are the adapter's.</summary>
    public override IEnumerable<(string Key, Parameter Parameter)> Keys => [];

    public override Tensor Forward(Tensor x, Func<Tensor, Tensor> layer) // int64 [batch, virtual + positions] -> [batch, virtual + positions, width]
    {
        if (!BeginsVirtually(x)) return layer(x);

        using var ids = x.narrow(1, count, x.shape[1] - count);
        using var embedded = layer(ids);
        using var prompt = rows();
        using var used = prompt.narrow(0, 0, count);
        using var cast = used.to(embedded.dtype);
        using var one = cast.unsqueeze(0);
        using var first = one.expand(embedded.shape[0], -1, -1);
        return cat([first, embedded], 1);
    }

    public override void MergeInto(nn.Module<Tensor, Tensor> layer) => throw new NotSupportedException(PromptAdapter.NothingToMerge);

    private bool BeginsVirtually(Tensor ids)
    {
        if (ids.dim() < 2 || ids.shape[1] < count || ids.shape[0] == 0) return false;

        using var row = ids.select(0, 0);
        using var first = row.select(0, 0);
        return first.item<long>() < 0;
    }
}
