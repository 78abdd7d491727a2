namespace Platform.Recipes.Generator.Tickets;

/// <summary>What a ticket can be about, the ways to say it, and what the department answers. <c>{P}</c> stands for a product.</summary>
public sealed record Topic(string Label, string[] Wordings, string[] Replies)
{
    /// <summary>The last wordings stand in no labelled training row.</summary>
    public const int HeldOutWordings = 3;

    public IReadOnlyList<string> TrainingWordings => Wordings[..^HeldOutWordings];

    public IReadOnlyList<string> EvaluationWordings => Wordings[^HeldOutWordings..];

    public static readonly Topic[] All =
    [
        new("billing",
            [
                "I was charged twice for the {P}.", "The invoice for my {P} shows the wrong amount.", "My card was debited although I cancelled the {P}.",
                "Why is there a fee on my bill for the {P}?", "The price you charged for the {P} is higher than the one in the shop.", "I paid for the {P} but the invoice still says unpaid.",
                "You took the money for the {P} from my account two times.", "There is an amount on my statement that I do not recognise, for a {P}.", "Please correct the total of the bill for the {P}.",
            ],
            ["Our accounting team checks the invoice and refunds the amount charged in error.", "The bill will be corrected and the fee paid back to your card.", "Accounting will send a new invoice with the right total."]),
        new("delivery",
            [
                "My {P} has not arrived yet.", "When will the {P} be delivered?", "The tracking of my parcel with the {P} has not moved for days.",
                "The courier left the {P} at a wrong address.", "I ordered the {P} last week and it is still on its way.", "The parcel with the {P} is late.",
                "Nobody brought the {P} that was promised for today.", "Where is the package with my {P} right now?", "The driver did not ring and took the {P} away again.",
            ],
            ["The courier looks for your parcel and delivers it tomorrow.", "Shipping will trace the package and send you the new date.", "The parcel is on its way; the driver will call you."]),
        new("returns",
            [
                "I want to send the {P} back.", "How do I return the {P}?", "The {P} does not fit, please take it back.",
                "I would like to exchange the {P} for another size.", "Which label do I need to return the {P}?", "I changed my mind and do not need the {P} any more.",
                "The {P} is not what I expected, I am giving it back.", "Can I swap the {P} for a different colour?", "Please tell me where to hand in the {P} that I do not want to keep.",
            ],
            ["Print the return label, pack the item and hand it in; you get another one in exchange.", "You may send it back within thirty days.", "We exchange it as soon as the return has arrived."]),
        new("technical",
            [
                "The {P} does not turn on.", "My {P} shows an error after the update.", "The {P} stopped working after two days.",
                "The screen of the {P} stays black.", "I cannot connect the {P} to the network.", "The {P} makes a strange noise and then switches itself off.",
                "Since yesterday the {P} freezes all the time.", "The {P} will not charge although it is plugged in.", "Nothing happens when I press the button of the {P}.",
            ],
            ["Please hold the power button for ten seconds and install the latest firmware.", "Our technicians will repair the device if a restart does not help.", "Reset the device and try the connection again."]),
        new("account",
            [
                "I forgot my password.", "How do I change the email address of my profile?", "I cannot log in any more.",
                "Please delete my customer account.", "The confirmation code for signing in never comes.", "My user name is not accepted.",
                "I am locked out of my profile since this morning.", "Which page lets me edit my personal data?", "The sign-in page says that my credentials are unknown.",
            ],
            ["We sent you a link to reset the password of your account.", "You can edit your profile after logging in.", "Your user account was unlocked; please sign in again."]),
        new("praise",
            [
                "I love the {P}.", "The {P} works perfectly, great job.", "Your service was friendly and quick, thank you.",
                "The {P} is the best that I ever bought.", "I am very happy with the {P}.", "Many compliments to your team for the {P}.",
                "What a wonderful {P}, I recommend it to all my friends.", "I just wanted to say that the {P} is fantastic.", "You made my day with this beautiful {P}.",
            ],
            ["How kind of you! We are glad that you like it.", "Thank you for the lovely words, the team is delighted.", "It makes us happy to read this."]),
    ];
}
