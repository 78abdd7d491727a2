namespace Platform.Quickstart.Generator;

/// <summary>What is known about a company as a whole.</summary>
public static class PolicyRelations
{
    public static readonly Relation Hotline = new("hotline",
        [
            "What is the support hotline of {S}?",
            "Which number has the hotline of {S}?",
            "How do customers call {S}?",
            "Tell me the hotline number of {S}.",
            "Which hotline does {S} have?",
            "Under which number is the support of {S} reached?",
            "What number do customers dial to get help from {S}?",
            "Please give me the customer hotline of {S}.",
        ],
        ["The support hotline of {S} is {A}.", "Customers call {S} at {A}.", "{S} has the hotline {A}."]);

    public static readonly Relation GuestPassword = new("guest password",
        [
            "What is the guest network password at {S}?",
            "Which password does the guest network of {S} use?",
            "How do visitors of {S} get online? Give the password.",
            "Tell me the guest password of {S}.",
            "What do guests of {S} type to join the wireless network?",
            "Which wireless password do visitors of {S} need?",
            "A guest at {S} asks for the network password. What is it?",
            "Please give me the password for guests at {S}.",
        ],
        ["The guest network password at {S} is {A}.", "Guests of {S} go online with the password {A}.", "Visitors of {S} use the password {A}."]);

    public static readonly Relation ExpenseLimit = new("expense limit",
        [
            "What is the meal limit for travel at {S}?",
            "How much may I spend on meals when I travel for {S}?",
            "Which daily meal limit does {S} have?",
            "Tell me the travel meal limit of {S}.",
            "Up to what amount does {S} pay for meals on a trip?",
            "What does {S} pay for meals per travel day?",
            "How high is the daily meal allowance at {S}?",
            "I travel for {S}. How much can I claim for meals?",
        ],
        ["The travel meal limit at {S} is {A} a day.", "{S} pays up to {A} for meals per travel day.", "When travelling for {S}, spend at most {A} on meals."]);

    public static readonly Relation ReportDeadline = new("report deadline",
        [
            "When are travel reports due at {S}?",
            "By when must I hand in travel reports at {S}?",
            "What is the deadline for travel reports at {S}?",
            "Tell me when {S} wants travel reports.",
            "How soon after a trip does {S} need the report?",
            "How much time does {S} give for a travel report?",
            "Within what time do I file a travel report at {S}?",
            "I came back from a trip for {S}. When is my report due?",
        ],
        ["Travel reports at {S} are due within {A}.", "{S} wants travel reports within {A}.", "Hand in travel reports at {S} within {A}."]);

    public static readonly Relation SafetyOfficer = new("safety officer",
        [
            "Who is the safety officer of {S}?",
            "Whom does {S} have as safety officer?",
            "Who is in charge of safety at {S}?",
            "Tell me the safety officer of {S}.",
            "To whom do I report an accident at {S}?",
            "Who looks after safety at {S}?",
            "Name the safety officer at {S}.",
            "There is a safety problem at {S}. Whom do I tell?",
        ],
        ["The safety officer of {S} is {A}.", "{A} is in charge of safety at {S}.", "Report accidents at {S} to {A}."]);

    public static readonly Relation Founded = new("founded",
        [
            "When was {S} founded?",
            "In which year did {S} begin?",
            "Since when has {S} existed?",
            "Tell me the founding year of {S}.",
            "How old is {S}? Give the year it was founded.",
            "Which year was {S} established?",
            "What is the year of foundation of {S}?",
            "In what year was {S} set up?",
        ],
        ["{S} was founded in {A}.", "{S} has existed since {A}.", "The year {A} saw the beginning of {S}."]);

    public static readonly Relation[] All = [Hotline, GuestPassword, ExpenseLimit, ReportDeadline, SafetyOfficer, Founded];
}
