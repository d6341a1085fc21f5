"""Compares capitals with the time zones of the system (the IANA database's zone.tab), where it has them."""

from collections.abc import Iterator
from pathlib import Path

from knowledge import normalized, read_table

ZONES = Path("/usr/share/zoneinfo")
ZONE_CONTINENTS = {
    "Africa": {"Africa"},
    "America": {"North America", "South America"},
    "Asia": {"Asia"},
    "Europe": {"Europe"},
    "Pacific": {"Oceania"},
}
"""Areas of time zones that tell the continent."""
ZONE_NAMES = {
    "Czechia": "Czech Republic",
    "the Ivory Coast": "C\u00f4te d'Ivoire",
    "the United Kingdom": "Britain (UK)",
    "Turkey": "T\u00fcrkiye",
}
"""Countries that zone.tab's names have no long word in common with."""


def check_time_zones() -> Iterator[str]:
    """Capitals that name a time zone lie in that zone's country and continent (the system's zone.tab, where there is one)."""
    if not (ZONES / "zone.tab").exists():
        print("time zones: no zone.tab on this system, left out")
        return
    country_of = {code: name for code, name, *_ in read_columns("iso3166.tab")}
    zones = {}
    for code, _, zone, *_ in read_columns("zone.tab"):
        zones[zone.split("/")[-1].replace("_", " ")] = country_of[code], zone.split("/")[0]
    ours = [row for row in read_table("countries") if row["capital"] in zones]
    for row in ours:
        country, area = zones[row["capital"]]
        if not same_country(row["name"], country):
            yield f"countries: {row['capital']} of {row['name']}, time zone of {country}"
        if row["continent"] and area in ZONE_CONTINENTS and row["continent"] not in ZONE_CONTINENTS[area]:
            yield f"countries: {row['name']} in {row['continent']}, time zone in {area}"
    print(f"time zones: {len(ours)} capitals compared")


def read_columns(name: str) -> list[list[str]]:
    return [line.split("\t") for line in (ZONES / name).read_text("utf-8").splitlines() if not line.startswith("#")]


def same_country(ours: str, theirs: str) -> bool:
    """Whether two names mean one country: they share a long word, or are known to differ."""
    words = [{word for word in normalized(text).split() if len(word) > 3} for text in (ours, theirs)]
    return bool(words[0] & words[1]) or ZONE_NAMES.get(ours) == theirs
