"""Checks the tables of facts: form, contradictions, agreement between tables, and independent listings. Prints counts and every
fault; exits with 1 when there is one.

    python validate.py [--packages NODE_MODULES]

With `--packages` countries and elements are also compared with the npm packages countries-list and periodic-table."""

import argparse
import calendar
import difflib
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from knowledge import FOLDER, TIERS, Fact, all_facts, fill, normalized, read_table, relations
from listings import CONSTELLATIONS, CONTINENT_COUNTRIES, ELEMENT_SYMBOLS, STATE_CAPITALS
from time_zones import check_time_zones

FEWEST_FACTS = 3000
FEWEST_QUESTIONS, FEWEST_HELD_OUT = 3, 1
TIER_SHARE = (0.2, 0.45)
BRITISH_PARTS = {"England", "Scotland", "Wales", "Northern Ireland"}
TEXT = re.compile(r"[A-Za-z0-9(][A-Za-z0-9 ,.'()-]*")
Faults = Iterator[str]


def check_form() -> Faults:
    """Tables: every column is used, rows are full, tiers exist, text is plain, keys are unique."""
    used: dict[str, set[str]] = {}
    for relation in relations().values():
        used.setdefault(relation.table, set()).update((relation.key, relation.value))
    for path in sorted(FOLDER.glob("*.tsv")):
        if path.stem not in used:
            yield f"{path.name}: no relation uses it"
            continue
        lines = path.read_bytes().decode("ascii").splitlines()
        header = lines[0].split("\t")
        if set(header) != used[path.stem] | {"tier"} or header[1] != "tier":
            yield f"{path.name}: columns {header}, used are {sorted(used[path.stem])}"
        for number, line in enumerate(lines[1:], start=2):
            yield from (f"{path.name}:{number}: {fault}" for fault in row_faults(header, line.split("\t")))
        yield from key_faults(path.stem)


def row_faults(header: list[str], cells: list[str]) -> Faults:
    if len(cells) != len(header):
        yield f"{len(cells)} cells where {len(header)} are due"
        return
    if cells[1] not in TIERS:
        yield f'tier "{cells[1]}"'
    for cell in (text for i, text in enumerate(cells) if i != 1 and text):
        for part in cell.split("|"):
            if not TEXT.fullmatch(part) or part != " ".join(part.split()):
                yield f'text "{part}"'


def key_faults(table: str) -> Faults:
    """One thing asked about twice would be two answers to one question."""
    for key in {relation.key for relation in relations().values() if relation.table == table}:
        counts = Counter(normalized(row[key]) for row in read_table(table) if row[key])
        yield from (f'{table}.{key}: "{entity}" {n} times' for entity, n in counts.items() if n > 1)


def check_phrasings() -> Faults:
    """Relations: enough phrasings, the right marks, held-out ones that no relation trains on."""
    trained = [f" {normalized(fill(t, 'xx', 'yy'))} " for r in relations().values() for t in r.questions + r.statements]
    for name, relation in relations().items():
        if len(relation.questions) < FEWEST_QUESTIONS or len(relation.statements) < FEWEST_QUESTIONS:
            yield f"{name}: fewer than {FEWEST_QUESTIONS} phrasings"
        if len(relation.held_out) < FEWEST_HELD_OUT or len(relation.held_statements) < FEWEST_HELD_OUT:
            yield f"{name}: no phrasing is held out"
        for question in relation.questions + relation.held_out:
            if question.count("{e}") != 1 or "{a}" in question:
                yield f'{name}: question "{question}"'
        for statement in relation.statements + relation.held_statements:
            if statement.count("{e}") != 1 or statement.count("{a}") != 1:
                yield f'{name}: statement "{statement}"'
        for text in relation.held_out + relation.held_statements:
            if any(f" {normalized(fill(text, 'xx', 'yy'))} " in other for other in trained):
                yield f'{name}: "{text}" is held out and trained'


def check_questions() -> Faults:
    """No question, as it is asked, has two answers."""
    asked: dict[str, Fact] = {}
    for fact in all_facts():
        relation = relations()[fact.relation]
        for template in relation.questions + relation.held_out:
            question = normalized(fill(template, fact.entity))
            other = asked.setdefault(question, fact)
            if not set(other.answers) & set(fact.answers):
                yield f'"{question}": {other.relation} says {other.answer}, {fact.relation} says {fact.answer}'


def check_tiers() -> Faults:
    """Each tier has its share, in all and in every larger relation."""
    counts = Counter(fact.tier for fact in all_facts())
    for tier in TIERS:
        share = counts[tier] / len(all_facts())
        if not TIER_SHARE[0] <= share <= TIER_SHARE[1]:
            yield f"tier {tier} has {share:.0%} of the facts"
    for name, relation in relations().items():
        missing = set(TIERS) - {fact.tier for fact in relation.facts}
        if len(relation.facts) >= 12 and missing:
            yield f"{name}: no fact in {sorted(missing)}"
    if len(all_facts()) < FEWEST_FACTS:
        yield f"{len(all_facts())} facts, {FEWEST_FACTS} are due"


def check_spelling() -> Faults:
    """Names of several words that differ in a letter or two are one name spelt twice."""
    names = sorted({answer for fact in all_facts() for answer in fact.answers if " " in answer and len(answer) > 8})
    for i, name in enumerate(names):
        for other in difflib.get_close_matches(name, names[i + 1 :], n=3, cutoff=0.92):
            if not re.search(r"\d", name) and (name, other) not in ALIKE:
                yield f'"{name}" and "{other}" look alike'


ALIKE = {("Andrew Jackson", "Andrew Johnson"), ("the earth", "the hearth"), ("the heart", "the hearth")}


def check_geography() -> Faults:
    """Countries, states and continents mean the same in every table."""
    countries = {row["name"]: row for row in read_table("countries")}
    for table in ("landmarks", "cities", "mountains", "islands", "foods", "dances", "birthplaces"):
        for row in read_table(table):
            for country in row["country"].split("|"):
                if country not in countries and country not in BRITISH_PARTS:
                    yield f'{table}: country "{country}" is not in countries.tsv'
    capitals = {row["capital"]: name for name, row in countries.items() if row["capital"]}
    for row in read_table("cities"):
        if capitals.get(row["city"], row["country"]) != row["country"]:
            yield f"cities: {row['city']} is the capital of {capitals[row['city']]}"
    states = {row["name"]: row["capital"] for row in read_table("us_states")}
    state_of = {capital: name for name, capital in states.items()}
    for row in read_table("us_cities"):
        if row["state"] not in states or state_of.get(row["city"], row["state"]) != row["state"]:
            yield f"us_cities: {row['city']} in {row['state']}"
    for column, table in (("continent", "countries"), ("continent", "continental_features")):
        for row in read_table(table):
            if row[column] and row[column].split("|")[0] not in CONTINENT_COUNTRIES:
                yield f'{table}: continent "{row[column]}"'
    where: dict[str, str] = {}
    for table, key in (("landmarks", "landmark"), ("mountains", "mountain"), ("islands", "island"), ("cities", "city")):
        for row in read_table(table):
            if where.setdefault(row[key], row["country"]) != row["country"]:
                yield f"{table}: {row[key]} in {row['country']}, elsewhere in {where[row[key]]}"


def check_listings() -> Faults:
    """Against listings written apart from the tables."""
    listed = {country: continent for continent, names in CONTINENT_COUNTRIES.items() for country in names}
    for row in read_table("countries"):
        if row["continent"] and listed.get(row["name"]) != row["continent"]:
            yield f"countries: {row['name']} in {row['continent']}, listed in {listed.get(row['name'])}"
    elements = read_table("elements")
    if [row["number"] for row in elements] != [str(n) for n in range(1, 119)]:
        yield "elements: numbers are not 1 to 118 in order"
    if [row["symbol"] for row in elements] != ELEMENT_SYMBOLS:
        wrong = [row["name"] for row, symbol in zip(elements, ELEMENT_SYMBOLS, strict=False) if row["symbol"] != symbol]
        yield f"elements: symbols of {wrong} differ from the listing"
    states = {row["abbreviation"]: row["capital"] for row in read_table("us_states")}
    if set(states) != set(STATE_CAPITALS):
        yield f"us_states: codes {sorted(set(states) ^ set(STATE_CAPITALS))}"
    for code, capital in states.items():
        if capital and STATE_CAPITALS[code] != capital:
            yield f"us_states: {code} has {capital}, listed {STATE_CAPITALS[code]}"
    for table, column in (("stars", "constellation"), ("constellations", "constellation")):
        yield from (f'{table}: "{r[column]}"' for r in read_table(table) if r[column] not in CONSTELLATIONS)


def check_chemistry() -> Faults:
    """Formulas are built of the table's symbols."""
    symbols = {row["symbol"] for row in read_table("elements")}
    for row in read_table("formulas"):
        for formula in row["formula"].split("|"):
            if re.sub(r"[()\d]", "", formula) != "".join(
                part for part in re.findall("[A-Z][a-z]?", formula) if part in symbols
            ):
                yield f"formulas: {row['compound']} {formula}"
    names = {row["name"] for row in read_table("elements")}
    for row in read_table("alloys"):
        yield from (f"alloys: {row['alloy']} of {p}" for p in row["metals"].split(" and ") if p not in names)


def check_numbers() -> Faults:
    """What can be computed is computed."""
    for row in read_table("products_of_numbers"):
        a, b = (int(text) for text in row["product"].split(" times "))
        if a * b != int(row["value"]):
            yield f"products_of_numbers: {row['product']} is {row['value']}"
    for row in read_table("squares"):
        if int(row["number"]) ** 2 != int(row["square"]):
            yield f"squares: {row['number']}"
    for row in read_table("roman_numerals"):
        if roman_value(row["numeral"]) != int(row["value"]):
            yield f"roman_numerals: {row['numeral']}"
    months = {name: i for i, name in enumerate(calendar.month_name) if i}
    for row in read_table("month_days"):
        if calendar.monthrange(2023, months[row["month"]])[1] != int(row["days"]):
            yield f"month_days: {row['month']}"
    order = "first second third fourth fifth sixth seventh eighth ninth tenth 11th 12th".split()
    if {row["month"]: row["position"] for row in read_table("month_numbers")} != dict(
        zip(list(months), order, strict=True)
    ):
        yield "month_numbers: not the twelve months in order"
    for row in read_table("events"):
        if not re.fullmatch(r"\d{1,4}( BC)?", row["year"]) or int(row["year"].split()[0]) > 2025:
            yield f"events: {row['event']} in {row['year']}"
    orders = {row["order"] for row in read_table("presidents")}
    if len(orders) != 47 or not {"first", "47th"} <= orders:
        yield f"presidents: {len(orders)} of 47"


def roman_value(numeral: str) -> int:
    """Value of a Roman numeral: a letter before a larger one counts less than nothing."""
    worth = [dict(I=1, V=5, X=10, L=50, C=100, D=500, M=1000)[letter] for letter in numeral]
    return sum(-a if a < b else a for a, b in zip(worth, [*worth[1:], 0], strict=True))


def check_mythology() -> Faults:
    """A Greek deity and its Roman counterpart rule the same."""
    domain = {row["god"]: row["domain"] for row in read_table("gods")}
    for row in read_table("roman"):
        greek, latin = domain.get(row["greek"]), domain.get(row["roman"])
        if greek and latin and not set(greek.split("|")) & set(latin.split("|")):
            yield f"gods: {row['greek']} of {greek}, {row['roman']} of {latin}"


CHECKS: tuple[Callable[[], Faults], ...] = (
    check_form,
    check_phrasings,
    check_questions,
    check_tiers,
    check_spelling,
    check_geography,
    check_listings,
    check_chemistry,
    check_numbers,
    check_mythology,
    check_time_zones,
)


def faults() -> list[str]:
    """All faults of the tables, each with its place."""
    return [fault for check in CHECKS for fault in check()]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--packages", type=Path, help="a node_modules with countries-list and periodic-table")
    arguments = parser.parse_args()
    found = faults()
    if arguments.packages:
        from compare_packages import package_faults

        found += package_faults(arguments.packages)
    tiers = Counter(fact.tier for fact in all_facts())
    print(f"{len(all_facts())} facts in {len(relations())} relations: " + ", ".join(f"{tiers[t]} {t}" for t in TIERS))
    print(f"{len({fact.answer for fact in all_facts()})} distinct answers")
    for fault in found:
        print("fault:", fault)
    print(f"{len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
