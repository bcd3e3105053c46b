"""What the shop sells and which names its invented customers have."""

from dataclasses import dataclass
from typing import Literal

Delivery = Literal["stock", "made_to_order"]


@dataclass(frozen=True)
class Product:
    """One article of the shop; what is made to order stays in the workshop for weeks."""

    sku: str
    name: str
    cents: int
    delivery: Delivery = "stock"


OSTRA = Product("LMP-OSTRA-SM", "Ostra pendant, smoked glass", 14999)
THROW = Product("LIN-THROW-SA", "Linen throw, sand", 5900)
THROW_OAT = Product("LIN-THROW-OA", "Linen throw, oat", 5900)
BOARD = Product("WOD-BOARD-BI", "Birch serving board", 5900)

PRODUCTS = (
    OSTRA,
    THROW,
    THROW_OAT,
    BOARD,
    Product("LMP-OSTRA-CL", "Ostra pendant, clear glass", 13999),
    Product("LMP-FJELL-DK", "Fjell desk lamp, oak", 11900),
    Product("LMP-LUNA-TB", "Luna table lamp, opal", 8950),
    Product("LMP-TORN-FL", "Torn floor lamp, brass", 32900, "made_to_order"),
    Product("LMP-CABLE-2M", "Textile cable, 2 m", 1450),
    Product("TAB-HAMN-PL4", "Hamn plates, set of four", 6400),
    Product("TAB-HAMN-BW4", "Hamn bowls, set of four", 5200),
    Product("TAB-RIVA-GL6", "Riva glasses, set of six", 4800),
    Product("TAB-KORN-MG2", "Korn mugs, set of two", 2990),
    Product("TAB-SALT-JG", "Salt jug, stoneware", 3450),
    Product("TAB-STAL-CU24", "Stal cutlery, 24 pieces", 12900),
    Product("WOD-ASKA-ST", "Aska stool, ash", 18900, "made_to_order"),
    Product("WOD-BIRK-SH", "Birk wall shelf, birch", 15900, "made_to_order"),
    Product("WOD-EKE-TB", "Eke side table, oak", 42900, "made_to_order"),
    Product("WOD-SPOON-3", "Olive wood spoons, set of three", 2450),
    Product("LIN-CLOTH-W", "Linen tablecloth, white", 8900),
    Product("LIN-NAPK-6", "Linen napkins, set of six", 4200),
    Product("LIN-DUVET-GR", "Linen duvet cover, grey", 13500),
    Product("LIN-CURT-2", "Linen curtains, pair", 24900, "made_to_order"),
    Product("LIN-TOWEL-2", "Waffle towels, set of two", 3600),
)

FIRST_NAMES = (
    *("Ada", "Anouk", "Arvid", "Bea", "Carlo", "Dora", "Elif", "Emil", "Farid", "Greta"),
    *("Hanna", "Henrik", "Ines", "Ivo", "Jana", "Joris", "Katya", "Lars", "Leonie", "Luca"),
    *("Maja", "Matteo", "Mila", "Nadia", "Nils", "Noor", "Oskar", "Paula", "Quinn", "Rafael"),
    *("Rosa", "Samir", "Selma", "Tariq", "Thea", "Tomas", "Ursula", "Vera", "Wim", "Yara"),
)
LAST_NAMES = (
    *("Alder", "Bakker", "Berg", "Castell", "Dahl", "Eriksen", "Fischer", "Garnier", "Haas", "Ivers"),
    *("Jansen", "Keller", "Lang", "Moreau", "Nyberg", "Okafor", "Petrov", "Quist", "Rossi", "Sand"),
    *("Thorn", "Ulrich", "Vogel", "Wolff", "Young", "Zeller"),
)
STREETS = (
    "Mill Lane",
    "Harbour Street",
    "Lindenweg",
    "Rue des Tilleuls",
    "Storgatan",
    "Via Roma",
    "Parkallee",
)
TOWNS = (
    ("Copenhagen", "1650", "Denmark"),
    ("Berlin", "10437", "Germany"),
    ("Utrecht", "3511", "Netherlands"),
    ("Lyon", "69002", "France"),
    ("Gothenburg", "411 08", "Sweden"),
    ("Turin", "10121", "Italy"),
    ("Vienna", "1070", "Austria"),
    ("Dublin", "D02", "Ireland"),
)
CARDS = ("Visa", "Mastercard", "Maestro")
