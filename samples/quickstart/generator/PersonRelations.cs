namespace Platform.Quickstart.Generator;

/// <summary>What is known about a colleague.</summary>
public static class PersonRelations
{
    public static readonly Relation Extension = new("extension",
        [
            "What is {S}'s extension?",
            "Which extension does {S} have?",
            "What number do I dial to reach {S}?",
            "I need to ring {S}. Which extension is it?",
            "Tell me the extension of {S}.",
            "Can you give me the desk phone number of {S}?",
            "How do I call {S} on the internal phone?",
            "Under which internal number can {S} be reached?",
            "Which number should I call to speak with {S}?",
            "Please look up the phone extension of {S}.",
        ],
        ["{S}'s extension is {A}.", "You can reach {S} at extension {A}.", "To call {S}, dial {A}.", "The desk phone of {S} has the number {A}."]);

    public static readonly Relation Office = new("office",
        [
            "Where is {S}'s office?",
            "In which office does {S} sit?",
            "Where can I find {S}?",
            "Which office belongs to {S}?",
            "I want to visit {S}. Which door is it?",
            "Tell me the office of {S}.",
            "Where does {S} have a desk?",
            "To which office should I bring a parcel for {S}?",
            "What is the office number of {S}?",
            "I have a meeting at the desk of {S}. Where do I go?",
        ],
        ["{S}'s office is {A}.", "{S} sits in office {A}.", "You find {S} in {A}.", "The desk of {S} is in {A}."]);

    public static readonly Relation Mentor = new("mentor",
        [
            "Who is {S}'s mentor?",
            "Who mentors {S}?",
            "Which colleague is the mentor of {S}?",
            "By whom is {S} mentored?",
            "Whom does {S} have as a mentor?",
            "Tell me the name of {S}'s mentor.",
            "Who guides {S} as a mentor?",
            "Who was assigned to {S} as a mentor?",
            "Name the mentor of {S}.",
            "I would like to talk to the mentor of {S}. Who is it?",
        ],
        ["{S}'s mentor is {A}.", "{A} mentors {S}.", "{S} is mentored by {A}.", "{A} was assigned to {S} as a mentor."]);

    public static readonly Relation Joined = new("joined",
        [
            "When did {S} join the company?",
            "When did {S} start working here?",
            "Since when has {S} been with us?",
            "In which month was {S} hired?",
            "What is the start date of {S}?",
            "When was the first working day of {S}?",
            "Tell me when {S} joined us.",
            "When was {S} hired?",
            "How long ago did {S} begin? Give month and year.",
            "What is {S}'s hiring date?",
        ],
        ["{S} joined the company in {A}.", "{S} was hired in {A}.", "{S} started working here in {A}.", "{S} has been with us since {A}."]);

    public static readonly Relation[] All = [Extension, Office, Mentor, Joined];
}
