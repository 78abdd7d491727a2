namespace Platform.Recipes.Generator.Deliveries;

/// <summary>One thing that a delivery note can say. In a statement <c>{A}</c> stands for the value, which answers each of the questions.</summary>
public sealed record Entry(string Name, Func<Values, string> Draw, string[] Statements, string[] Questions)
{
    /// <summary>The last question stands in no training row.</summary>
    public const int HeldOutQuestions = 1;

    public IReadOnlyList<string> TrainingQuestions => Questions[..^HeldOutQuestions];

    public IReadOnlyList<string> EvaluationQuestions => Questions[^HeldOutQuestions..];

    public static readonly Entry[] All =
    [
        new("sender", values => values.Person(),
            ["The goods were sent by {A}.", "Sender is {A}.", "{A} shipped the goods."],
            ["Who sent the goods?", "Who is the sender?", "By whom were the goods sent?", "Who shipped this?", "Tell me who sent it."]),
        new("receiver", values => values.Person(),
            ["They were received by {A}.", "{A} signed for them.", "Receiver is {A}."],
            ["Who received the goods?", "Who is the receiver?", "Who signed for the goods?", "Who took the delivery?", "Tell me who signed for it."]),
        new("ordered", values => values.Date(),
            ["The order was placed on {A}.", "It was ordered on {A}.", "The customer ordered on {A}."],
            ["When was the order placed?", "When was it ordered?", "On which day did the customer order?", "What is the date of the order?", "Tell me when it was ordered."]),
        new("delivered", values => values.Date(),
            ["It arrived on {A}.", "The delivery was made on {A}.", "It was delivered on {A}."],
            ["When did the goods arrive?", "When was it delivered?", "On which day was the delivery made?", "What is the date of the delivery?", "Tell me when it arrived."]),
        new("carrier", values => values.Carrier(),
            ["The carrier was {A}.", "{A} transported everything.", "It was carried by {A}."],
            ["Which company transported the goods?", "Which carrier was used?", "Who was the carrier?", "Which company carried it?", "Tell me the name of the carrier."]),
        new("boxes", values => $"{values.Below(89) + 11}",
            ["There were {A} boxes.", "The load had {A} boxes.", "In total {A} boxes were counted."],
            ["How many boxes were there?", "How many boxes did the load have?", "What is the number of boxes?", "How many boxes were counted?", "Tell me the number of boxes."]),
        new("weight", values => $"{values.Below(890) + 110} kg",
            ["The weight was {A}.", "Everything weighed {A}.", "The scales showed {A}."],
            ["How heavy was the load?", "What was the weight?", "How much did everything weigh?", "What did the scales show?", "Tell me the weight."]),
        new("city", values => values.City(),
            ["The goods went to {A}.", "Destination is {A}.", "It was brought to {A}."],
            ["Where did the goods go?", "What is the destination?", "To which city was it brought?", "Which city did it go to?", "Tell me the destination."]),
    ];
}
