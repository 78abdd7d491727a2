using System.CommandLine;
using Platform.Local;

var root = new Option<DirectoryInfo>("--root")
{
    Description = "The platform's folder: data goes to .platform inside it, and file: URIs are relative to it.",
    DefaultValueFactory = _ => new DirectoryInfo(Directory.GetCurrentDirectory()),
};
var background = new Option<bool>("--background") { Description = "Return once the platform answers; it goes on running." };
var fresh = new Option<bool>("--fresh") { Description = "Delete a job of the same name first, so that all stages run again." };
var manifest = new Argument<FileInfo>("job") { Description = "A YAML file with one FineTuneJob." };

var up = new Command("up", "Start the platform on this machine.") { root, background };
up.SetAction((arguments, cancellation) => arguments.GetValue(background)
    ? BackgroundPlatform.StartAsync(Folder(arguments), Console.Out, Console.Error, cancellation)
    : UpCommand.RunAsync(Folder(arguments), Console.Out, cancellation));

var down = new Command("down", "Stop the platform that runs in this folder.") { root };
down.SetAction((arguments, cancellation) => BackgroundPlatform.StopAsync(Folder(arguments), Console.Out, cancellation));

var run = new Command("run", "Apply a job, follow it to its end and print what it achieved. Starts the platform if none runs here.") { manifest, root, fresh };
run.SetAction((arguments, cancellation) => RunCommand.RunAsync(Folder(arguments), arguments.GetRequiredValue(manifest).FullName, arguments.GetValue(fresh), cancellation));

var commands = new RootCommand("The fine-tuning platform on one machine.") { up, down, run };
return await commands.Parse(args).InvokeAsync();

PlatformFolder Folder(ParseResult arguments) => new(arguments.GetRequiredValue(root).FullName);
