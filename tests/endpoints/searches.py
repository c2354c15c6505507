"""What people type, and whether it finds a place: asked of the service and of the pages' scripts alike."""

from endpoints.rosters import NAMES, load

SEARCHES = (
    ("66 Đắk Lắk", "dak lak", True),
    ("66 Đắk Lắk", "LẮK 66", True),
    ("66 Đắk Lắk", "Đắc Lắc", True),
    ("66 Đắk Lắk", "dac  lac ", True),
    ("66 Đắk Lắk", "hue", False),
    ("66 Đắk Lắk", "", True),
    ("17 Hòa Bình", "Hoà", True),
    ("17 Hòa Bình", "hoa b", True),
    ("06 Bắc Kạn", "bắc cạn", True),
    ("56 Khánh Hòa", "k", True),
    ("56 Khánh Hòa", "kha", True),
    ("56 Khánh Hòa", "cha", False),
    ("77 Bà Rịa - Vũng Tàu", "bà rịa – vũng tàu", True),
    ("77 Bà Rịa - Vũng Tàu", "ba ria\u2014vung", True),
    ("77 Bà Rịa - Vũng Tàu", "BRVT", True),
    ("77 Bà Rịa \u2013 Vũng Tàu", "rịa-vũng", True),
    ("46 Thừa Thiên Huế", "Huế", True),
    ("46 Huế", "Thừa Thiên-Huế", True),
    ("46 Huế", "TP. Huế", True),
    ("79 Hồ Chí Minh", "TP.HCM", True),
    ("79 Hồ Chí Minh", "tphcm", True),
    ("79 Hồ Chí Minh", "thành phố hồ chí minh", True),
    ("79 Hồ Chí Minh", "Sài gòn", True),
    ("01 Hà Nội", "sai gon", False),
    ("38 Thanh Hóa", "tỉnh Thanh Hoá", True),
    ("38 Thanh Hóa", "tỉnh", False),
    ("52 Qui Nhơn", "Quy Nhơn", True),
    ("82 Mỹ Tho", "mi tho", True),
    ("82 Mỹ Tho", "Mĩ", True),
    ("82 Thủy Nguyên", "thui", False),
    ("72 Tây Ninh", "tay ni", True),
    ("72 Tây Ninh", "tai", False),
    ("Quý", "quí", True),
    ("Ha\u0300 Nô\u0323i", "Hà Nội", True),
)
"""A text, what is searched, and whether it is found."""

SPELLINGS = (
    *(unit.name for name in NAMES for unit in load(name).units),
    *(text for text, _, _ in SEARCHES),
    *(search for _, search, _ in SEARCHES),
    "TỈNH ĐẮK NÔNG",
    "Thành phố",
    "tp",
    "Kỳ Anh, Hy Cương; Lý Sơn",
    "Y Yên",
    "a\u00adb/c·d",
)
"""Texts that are folded to the same on both sides."""
