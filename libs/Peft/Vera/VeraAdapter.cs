using Platform.Modeling;
using Platform.Peft.Layers;
using static TorchSharp.torch;

namespace Platform.Peft.Vera;

/// <summary>A VeRA adapter: the layers' scales, and the projections that they share.</summary>
internal sealed class VeraAdapter : LayerAdapter
{
    private readonly VeraProjections _projections;
    private readonly bool _saves;

    public VeraAdapter(PretrainedModel model, VeraOptions options, VeraProjections projections, Generator? generator)
        : base(model, options, UpdatesOfLinears(model, options, (_, layer) =>
        {
            var update = new VeraUpdate(layer, projections, options);
            if (generator is not null && !options.ZeroAtFirst) update.DrawRandom(generator);
            return update;
        })) => (_projections, _saves) = (projections, options.SaveProjection);

    public override void Save(string folder) => AdapterFiles.Write(folder, Options, Saved());

    public override void LoadParameters(string folder) => AdapterFiles.ReadInto(folder, Saved());

    public override void Dispose()
    {
        base.Dispose();
        _projections.Dispose();
    }

    private IEnumerable<(string Name, Tensor Tensor)> Saved() =>
        Parameters.Select(item => (item.Name, (Tensor)item.Parameter)).Concat(_saves ? _projections.Keys : []);
}
