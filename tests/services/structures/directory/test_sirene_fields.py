"""Conversion of Sirene's fields to those of the form."""

import pytest

from chassis.ground.countries import codes
from services.structures.directory import countries
from services.structures.directory.port import Establishment
from services.structures.directory.sirene_fields import establishment_from
from services.structures.directory.streets import house_numbers, street
from tests.services.structures.builders import EARL_SIRET

FIELDS: dict[str, str | None] = {
    "statutDiffusionEtablissement": "O",
    "statutDiffusionUniteLegale": "O",
    "etatAdministratifEtablissement": "A",
    "etatAdministratifUniteLegale": "A",
    "categorieJuridiqueUniteLegale": "6598",
    "denominationUniteLegale": "EARL DES TROIS CHENES",
    "complementAdresseEtablissement": "LE HAUT",
    "numeroVoieEtablissement": "3",
    "typeVoieEtablissement": "CHE",
    "libelleVoieEtablissement": "DES CHENES",
    "codePostalEtablissement": "15100",
    "libelleCommuneEtablissement": "SAINT-FLOUR",
}
SOLE_TRADER: dict[str, str | None] = {
    "categorieJuridiqueUniteLegale": "1000",
    "denominationUniteLegale": None,
    "prenom1UniteLegale": "MARIE",
    "prenomUsuelUniteLegale": "LOUISE",
    "nomUniteLegale": "PETIT",
}


def converted(**changes: str | None) -> Establishment:
    establishment = establishment_from(EARL_SIRET, {**FIELDS, **changes})
    assert establishment is not None
    return establishment


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({}, "EARL DES TROIS CHENES"),
        (SOLE_TRADER, "LOUISE PETIT"),
        ({**SOLE_TRADER, "prenomUsuelUniteLegale": None}, "MARIE PETIT"),
        ({**SOLE_TRADER, "nomUsageUniteLegale": "DURAND"}, "LOUISE DURAND"),
        ({"denominationUniteLegale": None, "sigleUniteLegale": "ETC"}, "ETC"),
        ({"denominationUniteLegale": None, "enseigne1Etablissement": "AUX CHENES"}, "AUX CHENES"),
        ({"denominationUniteLegale": None}, None),
        ({"denominationUniteLegale": "[ND]"}, None),
    ],
)
def test_the_name_is_the_first_that_there_is(changes: dict[str, str | None], name: str | None) -> None:  # S-04
    assert converted(**changes).name == name


@pytest.mark.parametrize("where", ["statutDiffusionEtablissement", "statutDiffusionUniteLegale"])
def test_partial_diffusion_hides_a_persons_name_and_street(where: str) -> None:  # S-04
    person = converted(**SOLE_TRADER, **{where: "P"})
    company = converted(**{where: "P"})

    assert (person.name, person.street, person.complement_1) == (None, None, None)
    assert (company.name, company.street, company.complement_1) == ("EARL DES TROIS CHENES", None, None)
    assert person.is_hidden
    assert (person.postcode, person.town) == ("15100", "SAINT-FLOUR")


@pytest.mark.parametrize("where", ["statutDiffusionEtablissement", "statutDiffusionUniteLegale"])
def test_without_diffusion_there_is_nothing(where: str) -> None:  # S-04
    assert establishment_from(EARL_SIRET, {**FIELDS, where: "N"}) is None


@pytest.mark.parametrize(
    ("category", "is_public"),
    [("4110", True), ("7120", True), ("7210", True), ("6598", False), ("1000", False), ("9220", False), (None, False)],
)
def test_the_legal_category_says_whether_it_is_public(category: str | None, is_public: bool) -> None:  # S-04
    assert converted(categorieJuridiqueUniteLegale=category).is_public is is_public


@pytest.mark.parametrize(
    ("insee", "country"),
    [
        (None, "FR"),
        ("99131", "BE"),
        ("99137", "LU"),
        ("99138", "MC"),
        ("99140", "CH"),
        ("99254", "CY"),
        ("99352", "DZ"),
        ("99434", "BB"),
        ("99157", None),
        ("99115", None),
        ("99999", None),
        ("x", None),
    ],
)
def test_the_country_is_that_of_the_directory_or_none_at_all(insee: str | None, country: str | None) -> None:  # S-04
    place = converted(codePaysEtrangerEtablissement=insee)

    assert place.country == country


def test_the_directory_has_countries_of_iso_3166_alone() -> None:
    read = {countries.iso_code(str(code)) for code in range(99100, 99700)}

    assert read - {None} <= codes()
    assert len(read) > 190


def test_a_town_abroad_is_a_town() -> None:  # S-04
    abroad = converted(libelleCommuneEtablissement=None, libelleCommuneEtrangerEtablissement="BRUXELLES")

    assert abroad.town == "BRUXELLES"


@pytest.mark.parametrize(
    ("changes", "label"),
    [
        ({"enseigne1Etablissement": "AUX CHENES"}, "AUX CHENES"),
        ({"denominationUsuelleEtablissement": "LA FERME DU HAUT"}, "LA FERME DU HAUT"),
        ({"denominationUniteLegale": None, "enseigne1Etablissement": "AUX CHENES"}, None),
        ({"enseigne1Etablissement": "AUX CHENES", "statutDiffusionEtablissement": "P"}, None),
        ({}, None),
    ],
)
def test_the_sign_tells_establishments_of_a_company_apart(changes: dict[str, str | None], label: str | None) -> None:
    assert converted(**changes).label == label  # S-04


@pytest.mark.parametrize(
    ("parts", "line"),
    [
        (("10", None, None, None, "RUE", "DU CENTRE"), "10 RUE DU CENTRE"),
        (("3", "B", None, None, "CHE", "DES CHENES"), "3 BIS CHEMIN DES CHENES"),
        (("3", "TER", None, None, "CHEMIN", "DES CHENES"), "3 TER CHEMIN DES CHENES"),
        (("8", "D", None, None, "AV", "FOCH"), "8 D AVENUE FOCH"),
        (("12", None, "14", None, "RUE", "DU CENTRE"), "12-14 RUE DU CENTRE"),
        (("3", "B", "5", "T", "CHE", "DES CHENES"), "3 BIS-5 TER CHEMIN DES CHENES"),
        (("12", None, "12", None, "RUE", "DU CENTRE"), "12 RUE DU CENTRE"),
        ((None, None, None, None, "LD", "LE BOIS"), "LIEU-DIT LE BOIS"),
        ((None, None, None, None, None, "LE BOURG"), "LE BOURG"),
        (("", "", "", "", "", ""), None),
    ],
)
def test_a_street_is_one_line(parts: tuple[str | None, ...], line: str | None) -> None:  # S-04
    number, repetition, last, last_repetition, kind, name = parts

    assert street(house_numbers((number, repetition), (last, last_repetition)), kind, name) == line


def test_a_post_box_beside_a_street_has_a_line_of_its_own() -> None:  # S-04
    place = converted(distributionSpecialeEtablissement="BP 20", dernierNumeroVoieEtablissement="5")

    assert (place.street, place.complement_1, place.complement_2) == ("3-5 CHEMIN DES CHENES", "LE HAUT", "BP 20")


def test_without_a_street_the_special_distribution_stands_for_it() -> None:
    place = converted(
        numeroVoieEtablissement=None,
        typeVoieEtablissement=None,
        libelleVoieEtablissement=None,
        distributionSpecialeEtablissement="BP 20",
    )

    assert (place.street, place.complement_2) == ("BP 20", None)
