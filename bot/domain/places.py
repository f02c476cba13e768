"""Names that people type for a time zone and that no IANA name ends in: cities, countries, abbreviations.

An abbreviation means the *place* with its summer time (``EST`` in July is New York's time), because that is what
people mean who type it. Where one stands for several places, the one with most people who write it wins, and the
echo names the place.
"""

from __future__ import annotations

from typing import Final

_ABBREVIATIONS: Final = {
    "America/New_York": "et est edt eastern est5edt",
    "America/Chicago": "ct cst cdt central cst6cdt",
    "America/Denver": "mt mst mdt mountain mst7mdt navajo",
    "America/Los_Angeles": "pt pst pdt pacific pst8pdt",
    "America/Anchorage": "akt akst akdt",
    "Pacific/Honolulu": "hst",
    "America/Halifax": "ast adt",
    "America/St_Johns": "nst ndt",
    "America/Sao_Paulo": "brt",
    "America/Argentina/Buenos_Aires": "art",
    "America/Bogota": "cot",
    "Europe/London": "gmt bst gb gb-eire greenwich uk",
    "Europe/Lisbon": "wet west",
    "Europe/Berlin": "cet cest met mest mez mesz",
    "Europe/Athens": "eet eest",
    "Europe/Istanbul": "trt",
    "Europe/Moscow": "msk w-su",
    "Africa/Lagos": "wat",
    "Africa/Maputo": "cat",
    "Africa/Nairobi": "eat",
    "Africa/Johannesburg": "sast",
    "Asia/Dubai": "gst uae",
    "Asia/Karachi": "pkt",
    "Asia/Kolkata": "ist",
    "Asia/Bangkok": "ict",
    "Asia/Jakarta": "wib",
    "Asia/Shanghai": "prc",
    "Asia/Hong_Kong": "hkt hongkong hk",
    "Asia/Singapore": "sgt",
    "Asia/Manila": "pht",
    "Asia/Taipei": "roc",
    "Asia/Seoul": "kst rok",
    "Asia/Tokyo": "jst",
    "Australia/Perth": "awst",
    "Australia/Adelaide": "acst acdt",
    "Australia/Sydney": "aet aest aedt",
    "Pacific/Auckland": "nzt nzst nzdt nz",
    "Pacific/Chatham": "nz-chat",
    "UTC": "utc uct z zulu universal gmt0",
}

_CITIES: Final = {
    "America/New_York": "nyc, new york city, boston, washington, washington dc, philadelphia, atlanta, miami, "
    "baltimore, pittsburgh, princeton, new haven, ithaca, cleveland, columbus, charlotte, orlando, tampa, "
    "cambridge ma, ann arbor, raleigh, durham",
    "America/Chicago": "houston, dallas, austin, san antonio, minneapolis, st louis, saint louis, kansas city, "
    "new orleans, nashville, madison, milwaukee, urbana, memphis, fort worth, oklahoma city",
    "America/Denver": "salt lake city, boulder, albuquerque, colorado springs",
    "America/Los_Angeles": "san francisco, sf, bay area, la, palo alto, stanford, berkeley, mountain view, menlo park, "
    "cupertino, silicon valley, san jose, san diego, seattle, redmond, portland, las vegas, sacramento, oakland, "
    "santa clara, santa barbara, pasadena, california",
    "America/Phoenix": "tucson, arizona",
    "America/Toronto": "ottawa, waterloo, quebec, quebec city, hamilton",
    "America/Edmonton": "calgary, banff",
    "America/Vancouver": "burnaby",
    "America/Puerto_Rico": "san juan",
    "America/Mexico_City": "cdmx, guadalajara, puebla",
    "America/Sao_Paulo": "rio, rio de janeiro, brasilia, belo horizonte, campinas, curitiba, porto alegre, brazil",
    "America/Argentina/Buenos_Aires": "rosario, la plata, argentina",
    "America/Bogota": "medellin, cali, colombia",
    "America/Guayaquil": "quito",
    "America/Lima": "peru",
    "America/Santiago": "valparaiso, chile",
    "America/Havana": "cuba",
    "America/Jamaica": "kingston",
    "Atlantic/Reykjavik": "iceland",
    "Europe/London": "edinburgh, glasgow, manchester, oxford, cambridge, bristol, leeds, liverpool, cardiff, "
    "united kingdom, england, scotland, wales, great britain, britain",
    "Europe/Dublin": "cork, galway, ireland, eire",
    "Europe/Lisbon": "porto, coimbra, portugal",
    "Europe/Madrid": "barcelona, valencia, seville, bilbao, spain",
    "Europe/Paris": "lyon, marseille, toulouse, grenoble, nice, bordeaux, lille, strasbourg, saclay, france",
    "Europe/Brussels": "ghent, leuven, antwerp, belgium",
    "Europe/Amsterdam": "rotterdam, the hague, utrecht, eindhoven, delft, leiden, groningen, netherlands",
    "Europe/Berlin": "munich, munchen, hamburg, cologne, koln, frankfurt, stuttgart, dusseldorf, tubingen, tuebingen, "
    "heidelberg, karlsruhe, leipzig, dresden, aachen, bonn, hannover, saarbrucken, darmstadt, freiburg, germany",
    "Europe/Zurich": "geneva, lausanne, basel, bern, switzerland",
    "Europe/Vienna": "wien, linz, graz, salzburg, austria",
    "Europe/Prague": "praha, brno, czechia",
    "Europe/Warsaw": "krakow, wroclaw, gdansk, poznan, poland",
    "Europe/Budapest": "hungary",
    "Europe/Rome": "milan, milano, turin, torino, naples, bologna, florence, pisa, trento, trieste, venice, roma, "
    "italy",
    "Europe/Copenhagen": "aarhus, denmark",
    "Europe/Stockholm": "gothenburg, malmo, uppsala, linkoping, sweden",
    "Europe/Oslo": "bergen, trondheim, norway",
    "Europe/Helsinki": "espoo, tampere, finland",
    "Europe/Athens": "thessaloniki, heraklion, greece",
    "Europe/Bucharest": "cluj, romania",
    "Europe/Kyiv": "lviv, kharkiv, odesa, odessa, ukraine",
    "Europe/Istanbul": "ankara, izmir, turkey, istanbul",
    "Europe/Moscow": "st petersburg, saint petersburg",
    "Asia/Nicosia": "nicosia, cyprus",
    "Asia/Jerusalem": "haifa, israel",
    "Asia/Dubai": "abu dhabi",
    "Asia/Riyadh": "jeddah, thuwal, mecca, saudi arabia",
    "Asia/Tehran": "isfahan, shiraz, iran",
    "Asia/Karachi": "lahore, islamabad, pakistan",
    "Asia/Kolkata": "mumbai, bombay, bangalore, bengaluru, delhi, new delhi, chennai, madras, hyderabad, pune, "
    "ahmedabad, kanpur, kharagpur, jaipur, india",
    "Asia/Dhaka": "bangladesh",
    "Asia/Colombo": "sri lanka",
    "Asia/Kathmandu": "nepal",
    "Asia/Bangkok": "chiang mai, thailand",
    "Asia/Ho_Chi_Minh": "hanoi, ho chi minh city, hcmc, da nang, vietnam",
    "Asia/Jakarta": "bandung, surabaya",
    "Asia/Kuala_Lumpur": "penang, malaysia",
    "Asia/Manila": "quezon city, cebu, philippines",
    "Asia/Shanghai": "beijing, peking, shenzhen, guangzhou, hangzhou, nanjing, wuhan, chengdu, xian, hefei, tianjin, "
    "suzhou, china",
    "Asia/Taipei": "hsinchu, taiwan",
    "Asia/Seoul": "busan, daejeon, pohang, south korea, korea",
    "Asia/Tokyo": "osaka, kyoto, nagoya, yokohama, sapporo, fukuoka, sendai, kobe, tsukuba, nara, japan",
    "Australia/Sydney": "canberra, wollongong",
    "Australia/Melbourne": "geelong",
    "Australia/Brisbane": "gold coast",
    "Pacific/Auckland": "wellington, christchurch, dunedin, new zealand",
    "Pacific/Kwajalein": "kwajalein",
    "Africa/Cairo": "alexandria, giza, egypt",
    "Africa/Tripoli": "libya",
    "Africa/Lagos": "abuja, ibadan, nigeria",
    "Africa/Nairobi": "kenya",
    "Africa/Kigali": "rwanda",
    "Africa/Addis_Ababa": "ethiopia",
    "Africa/Accra": "ghana",
    "Africa/Casablanca": "rabat, morocco",
    "Africa/Johannesburg": "cape town, pretoria, durban, stellenbosch, south africa",
}

REGIONS_WITHOUT_CITIES: Final = frozenset({"US", "Canada", "Brazil", "Chile", "Mexico", "Etc", "SystemV"})
"""First parts of IANA names whose last part is no city (``US/Central``, ``Brazil/West``)."""


_LONGEST_ABBREVIATION: Final = 4


def is_abbreviation(name: str) -> bool:
    """Whether *name*, in lower case, is one that is written in capitals: ``cest``."""
    return len(name) <= _LONGEST_ABBREVIATION and any(
        name in names.split() for names in _ABBREVIATIONS.values()
    )


def zones_by_nickname() -> dict[str, str]:
    """The zone of each name above, by that name in lower case without accents."""
    abbreviated = {name: zone for zone, names in _ABBREVIATIONS.items() for name in names.split()}
    cities = {name: zone for zone, names in _CITIES.items() for name in names.split(", ")}
    return cities | abbreviated
