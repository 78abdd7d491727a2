using Platform.Modeling.Encoders;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Bert;

/// <summary>BERT with the head it was pre-trained with.</summary>
public sealed class BertForMaskedLm : EncoderMaskedLanguageModel
{
    private readonly PredictionHead _head;

    public BertForMaskedLm(BertConfig config, ScalarType dtype, Device device)
        : this(new BertModel(config, pooled: false, dtype, device))
    {
    }

    private BertForMaskedLm(BertModel bert)
        : base(bert, "bert", bert.Config)
    {
        _head = new PredictionHead(bert.Config, bert.TokenEmbedding);
        register_module("cls", _head);
    }

    protected override Tensor Transform(Tensor hidden) => _head.Transform(hidden);

    protected override Tensor Decode(Tensor transformed) => _head.Decode(transformed);
}
