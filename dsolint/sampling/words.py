"""The words that samples are made of, by country."""

from __future__ import annotations

from msgspec import Struct


class City(Struct, frozen=True):
    """A town with one of its postal codes and its telephone area."""

    name: str
    zip: str
    area: str


class Country(Struct, frozen=True):
    """What names, companies and addresses of a country look like.

    `titles` are the woman's and the man's. `companies` are patterns of {last}, {other}, {trade}, {city} and {form}.
    """

    code: str
    name: str
    currency: str
    prefix: str
    titles: tuple[str, str]
    women: tuple[str, ...]
    men: tuple[str, ...]
    surnames: tuple[str, ...]
    trades: tuple[str, ...]
    forms: tuple[str, ...]
    companies: tuple[str, ...]
    cities: tuple[City, ...]
    streets: tuple[str, ...]


_GERMAN_WOMEN = (
    "Anna", "Jette", "Käthe", "Sabine", "Ursula", "Bärbel", "Lena", "Marlene", "Renate", "Zoë", "Heike", "Frauke",
)  # fmt: skip
_GERMAN_MEN = (
    "Jürgen", "Jörg", "Günther", "Björn", "Stefan", "Thomas", "Sören", "Lukas", "Rüdiger", "Matthias", "Götz", "Uwe",
)  # fmt: skip

GERMANY = Country(
    code="DE", name="Germany", currency="EUR", prefix="+49", titles=("Frau", "Herr"),
    women=_GERMAN_WOMEN, men=_GERMAN_MEN,
    surnames=(
        "Müller", "Schröder", "Weiß", "Köhler", "Schäfer", "Krämer", "Günther", "Böhm", "Groß", "Jäger", "Löffler",
        "Schneider", "Fischer", "Weber", "Becker", "Hoffmann", "von der Heide", "Kühn", "Lübke", "Vogel",
    ),
    trades=(
        "Maschinenbau", "Elektrotechnik", "Möbel", "Großhandel", "Gerüstbau", "Spedition", "Gebäudetechnik",
        "Druckerei", "Feinkost", "Präzisionsteile", "Kältetechnik", "Verpackungen",
    ),
    forms=("GmbH", "GmbH & Co. KG", "AG", "KG", "OHG", "e. K."),
    companies=("{last} {trade} {form}", "{last} & {other} {form}", "{trade} {city} {form}", "{last} Söhne {trade} {form}"),
    cities=(
        City("Köln", "50668", "221"), City("München", "80331", "89"), City("Düsseldorf", "40213", "211"),
        City("Nürnberg", "90402", "911"), City("Hamburg", "20095", "40"), City("Lübeck", "23552", "451"),
    ),
    streets=("Hauptstraße", "Domstraße", "Gärtnerweg", "Am Mühlbach", "Schützenallee", "Königsplatz"),
)  # fmt: skip

AUSTRIA = Country(
    code="AT", name="Austria", currency="EUR", prefix="+43", titles=("Frau", "Herr"),
    women=_GERMAN_WOMEN, men=_GERMAN_MEN,
    surnames=("Gruber", "Höller", "Steinböck", "Pichler", "Mayrhofer", "Größwang", "Lechner", "Zöhrer", "Wögerbauer"),
    trades=("Holzbau", "Tischlerei", "Käserei", "Anlagenbau", "Weingut", "Fördertechnik", "Glashütte"),
    forms=("GmbH", "AG", "KG", "OG"),
    companies=("{last} {trade} {form}", "{trade} {last} {form}", "{last} & {other} {form}"),
    cities=(City("Wien", "1010", "1"), City("Graz", "8010", "316"), City("Sankt Pölten", "3100", "2742")),
    streets=("Mariahilfer Straße", "Bahnhofstraße", "Kärntner Ring", "Am Grün", "Löwengasse"),
)  # fmt: skip

FRANCE = Country(
    code="FR", name="France", currency="EUR", prefix="+33", titles=("Mme", "M."),
    women=("Éloïse", "Hélène", "Chloé", "Amélie", "Françoise", "Aurélie", "Noémie", "Anaïs", "Sylvie", "Margaux"),
    men=("Jérôme", "François", "Loïc", "Stéphane", "Rémi", "Benoît", "Gaël", "Étienne", "Luc", "Mathieu"),
    surnames=(
        "Lefèvre", "Béranger", "Garçon", "Hébert", "Maréchal", "Dupré", "Noël", "Château", "d'Artois", "Le Goff",
        "Guérin", "Fournier", "Rousseau", "Crépin", "Lemaître", "Bénard",
    ),
    trades=("Menuiserie", "Boulangerie", "Ateliers", "Transports", "Électricité", "Bâtiment", "Imprimerie", "Mécanique"),
    forms=("SARL", "SAS", "SA", "EURL", "SNC"),
    companies=("{trade} {last} {form}", "{last} et Fils {form}", "Établissements {last} {form}", "{last} & {other} {form}"),
    cities=(
        City("Paris", "75002", "1 42"), City("Orléans", "45000", "2 38"), City("Besançon", "25000", "3 81"),
        City("Nîmes", "30000", "4 66"), City("Saint-Étienne", "42000", "4 77"), City("Béziers", "34500", "4 67"),
    ),
    streets=("rue de l'Église", "avenue du Général Leclerc", "boulevard Voltaire", "impasse des Lilas", "quai Bérigny"),
)  # fmt: skip

BELGIUM = Country(
    code="BE", name="Belgium", currency="EUR", prefix="+32", titles=("Mme", "M."),
    women=("Élise", "Joëlle", "Anneleen", "Maëlle", "Griet"), men=("Rémy", "Gaëtan", "Joris", "Michaël", "Bart"),
    surnames=("Peeters", "Lambert", "Desmedt", "Hébrant", "De Clercq", "Vandenbroucke", "Noël", "Crève"),
    trades=("Chocolaterie", "Logistics", "Brouwerij", "Textiles", "Métaux", "Carrières"),
    forms=("SRL", "BV", "NV", "SA"),
    companies=("{trade} {last} {form}", "{last} {trade} {form}"),
    cities=(City("Liège", "4000", "4"), City("Gent", "9000", "9"), City("Bruxelles", "1000", "2")),
    streets=("chaussée de Namur", "Kortrijksesteenweg", "rue des Guillemins", "place Sainte-Thérèse"),
)  # fmt: skip

ITALY = Country(
    code="IT", name="Italy", currency="EUR", prefix="+39", titles=("Sig.ra", "Sig."),
    women=("Giulia", "Niccolò Maria", "Chiara", "Mariù", "Francesca"), men=("Niccolò", "Marco", "Nicolò", "Luca", "Andrea"),
    surnames=("Rossi", "Nicolò", "Cantù", "Bianchi", "Dell'Orto", "Ferrarò", "Esposito", "Lanzafamè"),
    trades=("Officine", "Tessuti", "Caffè", "Arredamenti", "Ceramiche", "Trasporti", "Vetreria"),
    forms=("S.r.l.", "S.p.A.", "S.n.c."),
    companies=("{trade} {last} {form}", "{last} {trade} {form}", "Fratelli {last} {form}"),
    cities=(City("Forlì", "47121", "0543"), City("Torino", "10121", "011"), City("Cefalù", "90015", "0921")),
    streets=("via Roma", "corso Libertà", "piazza Unità d'Italia", "viale dei Caduti"),
)  # fmt: skip

SPAIN = Country(
    code="ES", name="Spain", currency="EUR", prefix="+34", titles=("Sra.", "Sr."),
    women=("María", "Begoña", "Lucía", "Inés", "Sofía", "Ángela"), men=("José", "Álvaro", "Íñigo", "Andrés", "Ramón", "Jesús"),
    surnames=(
        "García", "Núñez", "Muñoz", "Ibáñez", "Pérez", "Cañizares", "Gutiérrez", "Peña", "Sánchez", "de la Viña",
    ),
    trades=("Construcciones", "Aceites", "Cerámicas", "Talleres", "Suministros", "Diseño", "Logística"),
    forms=("S.L.", "S.A.", "S.L.U."),
    companies=("{trade} {last} {form}", "{trade} {last} y {other} {form}", "Hijos de {last} {form}"),
    cities=(City("Logroño", "26001", "941"), City("A Coruña", "15001", "981"), City("Málaga", "29001", "952")),
    streets=("calle Mayor", "avenida de la Constitución", "paseo de la Castellana", "plaza de España"),
)  # fmt: skip

POLAND = Country(
    code="PL", name="Poland", currency="PLN", prefix="+48", titles=("Pani", "Pan"),
    women=("Łucja", "Małgorzata", "Bożena", "Agnieszka", "Róża"), men=("Łukasz", "Paweł", "Michał", "Sławomir", "Grzegorz"),
    surnames=("Wójcik", "Kamiński", "Dąbrowski", "Szymański", "Król", "Zając", "Wróbel", "Stępień", "Górski", "Bąk"),
    trades=("Budownictwo", "Hurtownia", "Zakłady Mięsne", "Usługi Księgowe", "Narzędzia", "Przewozy"),
    forms=("sp. z o.o.", "S.A.", "sp. j."),
    companies=("{trade} {last} {form}", "{last} {trade} {form}"),
    cities=(City("Łódź", "90-001", "42"), City("Kraków", "31-001", "12"), City("Wrocław", "50-101", "71")),
    streets=("ul. Długa", "ul. Świętego Jana", "al. Niepodległości", "ul. Mickiewicza"),
)  # fmt: skip

NETHERLANDS = Country(
    code="NL", name="Netherlands", currency="EUR", prefix="+31", titles=("mevr.", "dhr."),
    women=("Anouk", "Noëlle", "Maartje", "Desirée", "Sanne"), men=("Daniël", "Jan-Willem", "Sjoerd", "André", "Joost"),
    surnames=("de Vries", "van den Berg", "Coëlho", "Jansen", "'t Hart", "Visser", "Hoëve", "Dijkstra"),
    trades=("Bloemen", "Scheepsbouw", "Kaas", "Groothandel", "Installatie", "Reclame"),
    forms=("B.V.", "N.V.", "V.O.F."),
    companies=("{last} {trade} {form}", "{trade} {city} {form}"),
    cities=(City("Utrecht", "3511 AB", "30"), City("Rotterdam", "3011 CD", "10"), City("Groningen", "9711 EK", "50")),
    streets=("Oudegracht", "Coolsingel", "Prinses Beatrixlaan", "Hoge Weg"),
)  # fmt: skip

PORTUGAL = Country(
    code="PT", name="Portugal", currency="EUR", prefix="+351", titles=("Sra.", "Sr."),
    women=("Conceição", "Inês", "Mónica", "Beatriz"), men=("João", "António", "Sebastião", "Tomás"),
    surnames=("Gonçalves", "Magalhães", "Simões", "Araújo", "Falcão", "Pinheiro"),
    trades=("Cortiças", "Conservas", "Azulejos", "Vinhos", "Calçado"),
    forms=("Lda.", "S.A."),
    companies=("{trade} {last} {form}", "{last} e Irmão {form}"),
    cities=(City("Évora", "7000-501", "266"), City("Guimarães", "4800-019", "253"), City("Lisboa", "1100-048", "21")),
    streets=("rua de São João", "avenida da Liberdade", "praça do Comércio"),
)  # fmt: skip

SWITZERLAND = Country(
    code="CH", name="Switzerland", currency="CHF", prefix="+41", titles=("Frau", "Herr"),
    women=_GERMAN_WOMEN, men=_GERMAN_MEN,
    surnames=("Zürcher", "Bärtschi", "Brönnimann", "Rüegg", "Gämperle", "Favre", "Hürlimann"),
    trades=("Uhren", "Präzisionswerkzeuge", "Käse", "Treuhand", "Bergbahnen"),
    forms=("AG", "GmbH", "SA"),
    companies=("{last} {trade} {form}", "{trade} {city} {form}"),
    cities=(City("Zürich", "8001", "44"), City("Genève", "1201", "22"), City("Neuchâtel", "2000", "32")),
    streets=("Bahnhofstrasse", "rue du Rhône", "Höheweg", "Seefeldstrasse"),
)  # fmt: skip

UNITED_STATES = Country(
    code="US", name="United States", currency="USD", prefix="+1", titles=("Ms", "Mr"),
    women=("Emily", "Renée", "Grace", "Zoë"), men=("John", "Mike", "André", "Scott"),
    surnames=("Jackson", "Roy", "O'Brien", "Nuñez", "Smith", "Carter"),
    trades=("Hardware", "Foods", "Supply", "Logistics", "Plumbing"),
    forms=("Inc.", "LLC", "Corp."),
    companies=("{last} {trade} {form}", "{last} & {other} {form}"),
    cities=(City("Boston", "02108", "617"), City("Chicago", "60601", "312"), City("Austin", "78701", "512")),
    streets=("Main Street", "Lakeshore Drive", "5th Avenue", "Elm Street"),
)  # fmt: skip

COUNTRIES = {
    GERMANY: 30, FRANCE: 24, AUSTRIA: 7, BELGIUM: 6, ITALY: 8, SPAIN: 8, POLAND: 6, NETHERLANDS: 4, PORTUGAL: 2,
    SWITZERLAND: 3, UNITED_STATES: 2,
}  # fmt: skip
"""Each country and its share in percent of all customers."""

QUOTED_COMPANIES = ('Autohaus "{city}" {form}', "{last}; {other} {form}", 'Hotel "Zum Löwen", {last} {form}')
"""Patterns of rare names that need quotes in a CSV file."""

BUSINESS_LINES = ("Retail", "Wholesale", "Construction", "Food & Beverages", "Automotive", "Public Sector", "Médical")
GROUPS = ("Retail", "Key accounts", "Rhineland", "Île-de-France", "Export", "Mittelstand")
PAYMENT_TERMS = ("30 days", "14 days 2 %, 30 days net", "45 jours fin de mois", "60 Tage netto", "10 days")
PAYMENT_MEANS = ("Transfer", "Direct debit", "Cheque", "Lettre de change")
GUARANTEE_TYPES = ("Insurance", "Bank guarantee", "Kreditversicherung")
COMMENTS = (
    "Prefers email",
    "Rechnungen bitte per Post",
    "Ne pas appeler le vendredi; écrire d'abord",
    'Says "next week" every week',
    "Zahlt nach Mahnung, zuverlässig",
    "Kontakt über die Zentrale; Durchwahl folgt",
    "Contact préféré : comptabilité",
    "Llamar por la mañana",
)
BUILDINGS = ("Building B", "Hinterhaus", "Bâtiment C", "Tor 3; Rampe 7", "Zone industrielle", "3rd floor")
ORDERS = ('Pipes 5"; lot 3', "Rahmenvertrag Süd; Los 2", 'Offer "Spring"', "Abruf 7 / Köln", "Nachtrag für Herrn Weiß")
"""What people write in place of an order number."""
