using Platform.Modeling;
using Platform.Modeling.Layers.Experts;
using Platform.Modeling.Mixtral;
using Platform.Parity.Models.Forward;
using Platform.Parity.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Parity;

/// <summary>Routing and balancing of experts, as far as a model of the library has them.</summary>
public sealed class MoeArea : IParityArea
{
    public string Name => "moe";

    public ParityVerdict Check(string casePath)
    {
        using var golden = new GoldenCase(casePath);
        using var scope = NewDisposeScope();
        var comparison = new Comparison();
        if (golden.Has("top1.no_mask")) Balancing(golden, comparison);
        else if (golden.Has("lm_loss")) Model(golden, comparison);
        else throw new UnsupportedCaseException($"no model here routes as '{golden.Json["case"]}' asks for");
        return comparison.Verdict;
    }

    /// <summary>The loss on given router logits.</summary>
    private static void Balancing(GoldenCase golden, Comparison comparison)
    {
        var tolerance = golden.Json["tolerance"]!["all"]!.GetValue<double>();
        Tensor[] logits = [golden.Read("logits.layer0").requires_grad_(), golden.Read("logits.layer1").requires_grad_()];
        var mask = golden.Read("attention_mask").flatten();
        for (var choices = 1; choices <= 3; choices++)
        {
            comparison.Close($"top{choices}.no_mask", LoadBalancingLoss.Of(logits, choices, null), golden.Read($"top{choices}.no_mask"), tolerance);
            comparison.Close($"top{choices}.masked", LoadBalancingLoss.Of(logits, choices, mask), golden.Read($"top{choices}.masked"), tolerance);
        }

        LoadBalancingLoss.Of(logits, 2, mask).backward();
        foreach (var (layer, given) in logits.Index()) comparison.Close($"grad.layer{layer}", given.grad!, golden.Read($"top2.masked.grad.layer{layer}"), tolerance);
    }

    /// <summary>A whole Mixtral: router logits, both parts of its loss, gradients of their sum.</summary>
    private static void Model(GoldenCase golden, Comparison comparison)
    {
        double Tolerance(string kind) => golden.Json["tolerance"]![kind]!.GetValue<double>();
        using var model = (MixtralForCausalLm)PretrainedModel.Load(golden.Folder, CPU);
        var (ids, mask) = (golden.Read("input_ids"), golden.Read("attention_mask"));
        using var context = model.PrepareForward(ids, mask);
        var logits = model.Head(model.HiddenStates(ids, context));
        comparison.Close("logits", logits, golden.Read("logits"), Tolerance("logits"), where: mask);
        foreach (var (layer, router) in context.Routing!.Logits.Index()) comparison.Close($"router_logits.layer{layer}", router, golden.Read($"router_logits.layer{layer}"), Tolerance("logits"), where: mask.flatten());

        var (lm, balance) = (CausalForward.Loss(logits, golden.Read("labels")), model.LoadBalancing(context));
        var loss = lm + balance * model.Config.RouterLossWeight;
        comparison.Close("lm_loss", lm, golden.Read("lm_loss"), Tolerance("loss"));
        comparison.Close("aux_loss", balance, golden.Read("aux_loss"), Tolerance("loss"));
        comparison.Close("loss", loss, golden.Read("loss"), Tolerance("loss"));

        loss.backward();
        foreach (var (name, parameter) in model.named_parameters().Where(pair => golden.Has($"grad.{pair.name}")))
        {
            comparison.Close($"grad.{name}", parameter.grad!, golden.Read($"grad.{name}"), Tolerance("grad"));
        }
    }
}
