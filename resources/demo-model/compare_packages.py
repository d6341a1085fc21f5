"""Compares countries and elements with the npm packages countries-list (MIT) and periodic-table (ISC), where they are at hand."""

import json
import unicodedata
from pathlib import Path

from knowledge import normalized, read_table

OTHER_NAMES = {
    'Turkey': 'TR', 'Czechia': 'CZ', 'Cape Verde': 'CV', 'the Democratic Republic of the Congo': 'CD', 'Myanmar': 'MM',
    'the Republic of the Congo': 'CG', 'East Timor': 'TL', 'the Ivory Coast': 'CI', 'Eswatini': 'SZ', 'Russia': 'RU',
    'North Macedonia': 'MK', 'Micronesia': 'FM', 'Sao Tome and Principe': 'ST', 'the Gambia': 'GM', 'the Bahamas': 'BS',
}  # fmt: skip
CONTINENTS = {
    "Africa": "AF",
    "Asia": "AS",
    "Europe": "EU",
    "North America": "NA",
    "South America": "SA",
    "Oceania": "OC",
}
SPELLINGS = {
    'Slovene': 'Slovenian', 'Ulaanbaatar': 'Ulan Bator', 'Khmer': 'Cambodian', 'Dhivehi': 'Divehi', 'Ndjamena': "N'Djamena",
    "Saint George's": "St. George's", 'Nukualofa': "Nuku'alofa", 'aluminium': 'aluminum', 'caesium': 'cesium',
}  # fmt: skip
EXCUSED = {("East Timor", "continent")}
"""Where the package says otherwise: East Timor lies on an island of Asia."""


def plain(text: str) -> str:
    """ASCII letters without accents, normalized."""
    return normalized(unicodedata.normalize("NFD", text).encode("ascii", "ignore").decode())


def package_faults(node_modules: Path) -> list[str]:
    """Each country's capital, continent, currency and language, each element's symbol and number, where they differ."""
    return [*country_faults(node_modules / "countries-list"), *element_faults(node_modules / "periodic-table")]


def country_faults(folder: Path) -> list[str]:
    countries, currencies, languages = (
        json.loads((folder / f"{name}.min.json").read_text()) for name in ("countries", "currencies", "languages")
    )
    code_of = {plain(country["name"]): code for code, country in countries.items()}
    faults, compared = [], 0
    for row in read_table("countries"):
        code = OTHER_NAMES.get(row["name"]) or code_of.get(plain(row["name"].removeprefix("the ")))
        if code is None:
            faults.append(f"countries-list: {row['name']} is not found")
            continue
        theirs = countries[code]
        said = {
            "capital": [theirs["capital"]],
            "continent": list(CONTINENTS)
            if not row["continent"]
            else [k for k, v in CONTINENTS.items() if v == theirs["continent"]],
            "currency": [currencies[c]["name"] for c in theirs["currency"]],
            "language": [languages[c]["name"] for c in theirs["languages"] if c in languages],
        }
        for column, values in said.items():
            if row[column] and (row["name"], column) not in EXCUSED:
                compared += 1
                first = row[column].split("|")[0]
                wanted = plain(SPELLINGS.get(first, first))
                if not any(wanted in plain(value) for value in values):
                    faults.append(f"countries-list: {row['name']} {column} {row[column]}, theirs {values}")
    print(f"countries-list: {compared} values compared")
    return faults


def element_faults(folder: Path) -> list[str]:
    theirs = {str(item["atomicNumber"]): item for item in json.loads((folder / "data.json").read_text())}
    faults = []
    for row in read_table("elements"):
        item = theirs[row["number"]]
        if item["name"].startswith("Unun"):
            continue
        if (item["symbol"], item["name"].lower()) != (row["symbol"], SPELLINGS.get(row["name"], row["name"])):
            faults.append(
                f"periodic-table: {row['number']} {row['name']} {row['symbol']}, theirs {item['name']} {item['symbol']}"
            )
    print(f"periodic-table: {len(theirs)} elements compared")
    return faults
