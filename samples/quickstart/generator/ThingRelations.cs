namespace Platform.Quickstart.Generator;

/// <summary>What is known about a product and about a meeting room.</summary>
public static class ThingRelations
{
    public static readonly Relation OrderCode = new("order code",
        [
            "What is the order code of the {S}?",
            "Which order code does the {S} have?",
            "How is the {S} listed in the catalogue?",
            "Under which code do I order the {S}?",
            "Tell me the order code for the {S}.",
            "I want to order a {S}. Which code do I enter?",
            "Which catalogue code belongs to the {S}?",
            "Give me the code under which the {S} is sold.",
            "What code do customers use to order the {S}?",
            "Please look up the order code for the {S}.",
        ],
        ["The order code of the {S} is {A}.", "The {S} is listed as {A}.", "Order the {S} under {A}.", "{A} is the code of the {S}."]);

    public static readonly Relation Shelf = new("shelf",
        [
            "On which shelf is the {S} stored?",
            "Where in the warehouse is the {S}?",
            "Which shelf holds the {S}?",
            "Where do we keep the {S}?",
            "Tell me the shelf of the {S}.",
            "I have to fetch a {S}. Which shelf is it on?",
            "Where is the stock of the {S}?",
            "To which shelf does the {S} go back?",
            "What is the warehouse shelf of the {S}?",
            "Where can I pick up a {S} in the warehouse?",
        ],
        ["The {S} is stored on shelf {A}.", "Shelf {A} holds the {S}.", "We keep the {S} on shelf {A}.", "The stock of the {S} is on shelf {A}."]);

    public static readonly Relation Owner = new("owner",
        [
            "Who is responsible for the {S}?",
            "Who owns the {S}?",
            "Which colleague looks after the {S}?",
            "Who is the product owner of the {S}?",
            "Whom do I ask about the {S}?",
            "Tell me who is in charge of the {S}.",
            "Who decides about changes to the {S}?",
            "Who leads the work on the {S}?",
            "Name the product owner for the {S}.",
            "I have an idea for the {S}. Who should hear it?",
        ],
        ["{A} is responsible for the {S}.", "{A} owns the {S}.", "The product owner of the {S} is {A}.", "{A} looks after the {S}."]);

    public static readonly Relation DoorCode = new("door code",
        [
            "What is the door code of the {S}?",
            "Which code opens the {S}?",
            "How do I get into the {S}? Give me the code.",
            "What do I type to enter the {S}?",
            "Tell me the door code for the {S}.",
            "I am standing before the {S}. What is the code?",
            "Which digits unlock the {S}?",
            "With which code can I open the door of the {S}?",
            "The {S} is locked. Which code do I need?",
            "Please give me the entry code of the {S}.",
        ],
        ["The door code of the {S} is {A}.", "The code {A} opens the {S}.", "To enter the {S}, type {A}.", "{A} unlocks the {S}."]);

    public static readonly Relation Booking = new("booking",
        [
            "Who takes bookings for the {S}?",
            "With whom do I book the {S}?",
            "Who manages the calendar of the {S}?",
            "I would like to reserve the {S}. Whom do I ask?",
            "Tell me who books the {S}.",
            "Whom should I write to for a booking of the {S}?",
            "Who can reserve the {S} for me?",
            "Who handles reservations of the {S}?",
            "Name the person who takes bookings for the {S}.",
            "We want to meet in the {S}. Who reserves it?",
        ],
        ["{A} takes bookings for the {S}.", "Book the {S} with {A}.", "{A} manages the calendar of the {S}.", "Ask {A} to reserve the {S}."]);

    public static readonly Relation[] OfProducts = [OrderCode, Shelf, Owner];
    public static readonly Relation[] OfRooms = [DoorCode, Booking];
}
