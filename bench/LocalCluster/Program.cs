using System.CommandLine;
using Platform.LocalCluster.Bench;

var kubeconfig = new Option<FileInfo?>("--kubeconfig") { Description = "The API server to measure; by default an embedded one is started in a process of its own." };
var jobs = new Option<int>("--jobs") { Description = "How many FineTuneJobs to create.", DefaultValueFactory = _ => 10_000 };
var watches = new Option<int>("--watches") { Description = "How many watches run meanwhile, 100 of them on what changes.", DefaultValueFactory = _ => 2_000 };
var bench = new RootCommand("Measures an API server as the platform uses it.") { kubeconfig, jobs, watches };
bench.SetAction((arguments, cancellation) => Benchmark.RunAsync(arguments.GetValue(kubeconfig), arguments.GetValue(jobs), arguments.GetValue(watches), Console.Out, cancellation));

var folder = new Argument<DirectoryInfo>("folder") { Description = "The data folder; the kubeconfig is written into it." };
var serve = new Command("serve", "Run an embedded API server until its input closes. It writes a line once it answers.") { folder };
serve.SetAction((arguments, cancellation) => EmbeddedServer.RunAsync(arguments.GetRequiredValue(folder), Console.In, Console.Out, cancellation));
bench.Subcommands.Add(serve);
return await bench.Parse(args).InvokeAsync();
