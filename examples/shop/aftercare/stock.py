"""What the shop has of each article, its other colours and sizes included, on its first day."""

from examples.shop.assortment import PRODUCTS, Product

USUAL = 40
MADE_TO_ORDER = 0
"""Nothing of what is made to order lies in stock."""

OTHERS: tuple[tuple[Product, int], ...] = (
    (Product("LMP-FJELL-AS", "Fjell desk lamp, ash", 11900), 9),
    (Product("LMP-FJELL-BK", "Fjell desk lamp, black", 12900), 6),
    (Product("LMP-LUNA-SM", "Luna table lamp, smoke", 8950), 14),
    (Product("LMP-TORN-BK", "Torn floor lamp, black", 32900), 3),
    (Product("LMP-CABLE-3M", "Textile cable, 3 m", 1850), 60),
    (Product("LMP-CABLE-1M", "Textile cable, 1 m", 1150), 60),
    (Product("TAB-HAMN-PL2", "Hamn plates, set of two", 3400), 25),
    (Product("TAB-HAMN-BW2", "Hamn bowls, set of two", 2800), 25),
    (Product("TAB-RIVA-GL2", "Riva glasses, set of two", 1700), 25),
    (Product("TAB-KORN-BL2", "Korn mugs, blue, set of two", 2990), 30),
    (Product("TAB-SALT-WH", "Salt jug, white", 3450), 12),
    (Product("TAB-STAL-CU16", "Stal cutlery, 16 pieces", 9500), 8),
    (Product("WOD-BOARD-SM", "Birch serving board, small", 3900), 20),
    (Product("WOD-ASKA-BK", "Aska stool, black ash", 18900), 5),
    (Product("WOD-BIRK-WH", "Birk wall shelf, white", 15900), 4),
    (Product("WOD-EKE-DK", "Eke side table, dark oak", 42900), 2),
    (Product("WOD-SPOON-2", "Olive wood spoons, set of two", 1750), 20),
    (Product("LIN-CLOTH-S", "Linen tablecloth, sand", 8900), 11),
    (Product("LIN-NAPK-O6", "Linen napkins, oat, set of six", 4200), 16),
    (Product("LIN-DUVET-WH", "Linen duvet cover, white", 13500), 0),
    (Product("LIN-CURT-S2", "Linen curtains, sand, pair", 24900), 0),
    (Product("LIN-TOWEL-G2", "Waffle towels, grey, set of two", 3600), 18),
)

ARTICLES: dict[str, Product] = {
    product.sku: product for product in (*PRODUCTS, *(other for other, _ in OTHERS))
}


def first_stock() -> dict[str, int]:
    """Count every article as on the first day."""
    usual = {one.sku: USUAL if one.delivery == "stock" else MADE_TO_ORDER for one in PRODUCTS}
    return usual | {product.sku: count for product, count in OTHERS}


def family(name: str) -> str:
    """Name what an article's variants have in common: `Linen throw` of `Linen throw, oat`."""
    return name.partition(",")[0].strip()
