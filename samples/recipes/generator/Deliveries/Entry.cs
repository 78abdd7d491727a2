namespace Platform.Recipes.Generator.Deliveries;

/// <summary>One thing that a delivery note can say. In a statement <c>{A}</c> stands for the value, which answers each of the questions.</summary>
public sealed record Entry(Func<Values, string> Draw, string[] Statements, string[] Questions)
{
    public static readonly Entry[] All =
    [
        new(values => values.Person(),
            ["The goods were sent by {A}.", "Sender is {A}.", "{A} sent the goods."],
            ["Who sent the goods?", "Who is the sender?", "By whom were the goods sent?"]),
        new(values => values.Person(),
            ["The goods were received by {A}.", "Receiver is {A}.", "{A} received the goods."],
            ["Who received the goods?", "Who is the receiver?", "By whom were the goods received?"]),
        new(values => values.Date(),
            ["The order was placed on {A}.", "It was ordered on {A}.", "The customer ordered on {A}."],
            ["When was the order placed?", "When was it ordered?", "On which day did the customer order?"]),
        new(values => values.Date(),
            ["It arrived on {A}.", "The delivery was made on {A}.", "It was delivered on {A}."],
            ["When did the goods arrive?", "When was it delivered?", "On which day was the delivery made?"]),
        new(values => values.Carrier(),
            ["The carrier was {A}.", "{A} transported everything.", "It was carried by {A}."],
            ["Who transported the goods?", "Who was the carrier?", "By whom was it carried?"]),
        new(values => values.Boxes(),
            ["There were {A} boxes.", "The load had {A} boxes.", "In total {A} boxes were counted."],
            ["How many boxes were there?", "How many boxes did the load have?", "How many boxes were counted?"]),
        new(values => values.Weight(),
            ["The weight was {A}.", "Everything weighed {A}.", "The scales showed {A}."],
            ["How heavy was the load?", "What was the weight?", "What did the scales show?"]),
        new(values => values.City(),
            ["The goods went to {A}.", "Destination is {A}.", "It was brought to {A}."],
            ["Where did the goods go?", "What is the destination?", "To which city was it brought?"]),
    ];
}
