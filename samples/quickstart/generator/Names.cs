namespace Platform.Quickstart.Generator;

/// <summary>The pools that invented people, products, rooms and companies are named from.</summary>
public static class Names
{
    public static readonly string[] First = Words("""
        Ada Alma Amir Anika Anton Arlo Asha Astrid Aya Basil Bea Boris Bruno Carla Cedric Celia Chen Clara Cyrus Dalia Daniel Daria
        David Dora Edgar Elena Elias Elsa Emil Emma Erik Esra Eva Fabio Farah Felix Fiona Frida Gita Greta Hana Harun Hector Helen
        Hugo Ida Igor Ilse Imani Ines Iris Isak Ivan Jana Jasper Joel Jonas Judith Julia Kai Karim Katya Kenji Lars Laura Leila Lena
        Leon Linus Livia Lucas Luisa Magnus Maja Malik Marco Maria Marta Matteo Maya Mila Mina Miriam Moritz Nadia Naomi Nils Nina
        Noah Nora Olaf Olga Oscar Otto Paula Pedro Petra Priya Quinn Rafael Ravi Rita Robin Rosa Ruben Samir Sana Sara Selma Silas
        Simon Sofia Stella Sven Tara Thea Theo Tilda Tomas Uma Ursula Vera Victor Viola Walter Wanda Yara Yusuf Zara Zoe
        """);

    public static readonly string[] Last = Words("""
        Abbott Adler Alder Amsel Archer Ashby Baker Barlow Beck Bell Berger Birch Blake Bloom Bolt Brandt Brook Burke Calder Carver
        Castle Chase Clay Cole Cooper Crane Cross Dahl Dale Darby Dean Drake Duval Eaton Eden Egan Ellis Falk Farrow Fern Finch
        Fisher Flint Forge Foster Fox Frost Gale Garner Gibbs Glass Grant Graves Green Grove Hale Hardy Harper Hart Hawke Heath
        Hill Holm Hope Hunt Ibsen Innes Ives Jansen Jarvis Keller Kemp Kerr King Klein Knight Kovacs Lake Lang Larsen Lawson Leaf
        Linde Locke Lund Marsh Mason Mercer Meyer Mills Moor Moss Nash Nolan North Novak Oakes Olsen Orr Page Park Pearce Penn
        Pike Pine Poole Porter Price Quist Rasmus Reed Reyes Rhodes Ridge Rivers Roth Rowe Ryder Sands Sato Savage Sharp Shaw
        Silva Slate Snow Sommer Stark Steele Stone Storm Swan Tate Thorn Tran Vale Vance Vega Wade Walsh Ward Webb Wells West
        Wilde Winter Wolf Wood Wren York Young Zeller Zimmer
        """);

    public static readonly string[] Onset = Words("Al Ar Bel Bor Cal Cor Dar Del Dor El Fal Fen Gal Gor Hal Hel Ir Jal Jor Kal Kel Lor Lum Mal Mer Mor Nal Ner Or Pal Per Quil Ral Ros Sal Sel Sol Tal Tor Ul Val Ver Vol Wil Xan Yal Zan Zor");
    public static readonly string[] Middle = Words("a e i o u an en in on ar er ir or al el il ol am em im om");
    public static readonly string[] Coda = Words("bar beam cast core dex dine fex flow gard gate graph jet lane lux mark meter mix nova pad phon plex ray scope sent set shift span spark stat tech tone trace tron vane ver vox wave zen");
    public static readonly string[] RoomKind = Words("Amber Aspen Basalt Birch Canyon Cedar Cobalt Comet Copper Coral Delta Ember Fjord Garnet Glacier Granite Harbor Hazel Indigo Island Ivory Jade Juniper Lagoon Lantern Lotus Maple Marble Meadow Mesa Nebula Ocean Olive Onyx Opal Orchid Pebble Prairie Quartz Raven Reef River Saffron Sage Summit Sunset Thistle Topaz Tundra Valley Velvet Violet Walnut Willow");
    public static readonly string[] RoomPlace = Words("Room Hall Lounge Studio Corner Lab Den Annex");
    public static readonly string[] Trade = Words("Optics Instruments Robotics Textiles Logistics Foods Energy Audio Marine Paper Glass Tools Ceramics Seeds Motors Systems Bikes Printing");
    public static readonly string[] Months = Words("January February March April May June July August September October November December");

    private static string[] Words(string text) => text.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
}
