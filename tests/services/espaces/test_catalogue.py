"""The catalogue: data that an operator edits, checked at start."""

from pathlib import Path

import pytest

from chassis.settings import SettingsError
from services.espaces import catalogue
from services.espaces.app import SERVICE
from services.espaces.catalogue import SHIPPED, CatalogueBroken
from services.espaces.errors import EspaceUnknown
from tests.services.espaces.driver import BOTH, EspacesDriver
from tests.support import service_under_test

GOOD = "espaces: [{code: A, label: A, permissions: [MODIFICATION]}]"


def a_file(folder: Path, text: str) -> Path:
    path = folder / "catalogue.yaml"
    path.write_text(text, "utf-8")
    return path


def test_the_catalogue_has_the_espaces_of_the_guide_in_their_order() -> None:  # E-01
    labels = [espace.label for espace in catalogue.load()]

    assert labels == [
        "Mes factures émises",
        "Mes factures de travaux",
        "Mes factures à valider",
        "Mes factures reçues",
        "Demande de remboursement TIC",
        "Mes mémoires de frais de justice",
        "Mes engagements",
        "Activités du gestionnaire",
        "Suivi des flux",
        "Raccordement EDI et API",
        "Mes sollicitations reçues",
        "Mes sollicitations émises",
    ]


def test_tic_asks_for_one_of_the_eleven_categories_of_the_guide_and_takes_a_pacage_number() -> None:  # E-06
    category, pacage = catalogue.load().find("REMBOURSEMENT_TIC").options

    assert (len(category.choices), category.required) == (11, True)
    assert (pacage.required, pacage.pattern) == (False, "[0-9]{9}")


@pytest.mark.parametrize(
    ("options", "faults"),
    [
        ({}, {"options.categorie_beneficiaire": "required"}),
        ({"categorie_beneficiaire": "NOBODY"}, {"options.categorie_beneficiaire": "not_a_choice"}),
        ({"categorie_beneficiaire": "CUMA", "pacage": "12345678"}, {"options.pacage": "invalid"}),
        ({"categorie_beneficiaire": "CUMA", "pacage": "1234567890"}, {"options.pacage": "too_long"}),
        ({"categorie_beneficiaire": "CUMA", "pacage": "01234567a"}, {"options.pacage": "invalid"}),
        ({"categorie_beneficiaire": "CUMA", "surface": "3"}, {"options.surface": "unknown_field"}),
        ({"categorie_beneficiaire": "CUMA", "pacage": None}, {}),
        ({"categorie_beneficiaire": "CUMA", "pacage": "000000001"}, {}),
    ],
)
def test_options_are_checked_by_what_the_catalogue_says(
    options: dict[str, str], faults: dict[str, str]
) -> None:  # E-06
    tic = catalogue.load().find("REMBOURSEMENT_TIC")

    assert tic.option_faults(options) == faults


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("espaces: [", "YAML"),
        ("", "mend"),
        ("espaces: []", "espaces"),
        ("espaces: [{code: A, label: A}]", "permissions"),
        ("espaces: [{code: A, label: A, permissions: [LECTURE]}]", "permissions"),
        ("espaces: [{code: 'A B', label: A, permissions: [MODIFICATION]}]", "code"),
        ("espaces: [{code: A, label: A, permissions: [MODIFICATION], colour: red}]", "colour"),
        ("espaces: [{code: A, label: A, permissions: [MODIFICATION], not_for: [farms]}]", "not_for"),
        ("espaces: [{code: a, label: A, permissions: [MODIFICATION]}]", "espaces a code: write capitals"),
        ("espaces: [{label: A, permissions: [MODIFICATION]}]", "espaces number 1 code: Missing"),
        (f"{GOOD[:-2]}, options: [{{code: o, label: O, type: text}}]}}]", "espaces A options o required: Missing"),
        (f"{GOOD[:-2]}, options: [{{code: O, label: O, required: true, type: text}}]}}]", "write small letters"),
        (f"{GOOD[:-1]}, {{code: A, label: B, permissions: [MODIFICATION]}}]", "twice"),
        (f"{GOOD[:-2]}, options: [{{code: o, label: O, required: true, type: choice}}]}}]", "choices"),
        (f"{GOOD[:-2]}, options: [{{code: o, label: O, required: true, type: text, pattern: '('}}]}}]", "pattern"),
        (f"{GOOD[:-2]}, for_managers: true, not_for: [centre_de_gestion]}}]", "for_managers"),
    ],
)
def test_a_broken_catalogue_stops_the_start_and_says_where(tmp_path: Path, text: str, told: str) -> None:  # E-02
    path = a_file(tmp_path, text)

    with pytest.raises(CatalogueBroken, match=str(path)) as broken:
        catalogue.load(path)

    assert told in str(broken.value)


def test_a_catalogue_that_is_not_there_stops_the_process_with_the_setting_to_mend(tmp_path: Path) -> None:  # E-02
    with (
        pytest.raises(SettingsError, match="GUICHET_CATALOGUE"),
        service_under_test(SERVICE, catalogue=tmp_path / "nowhere.yaml"),
    ):
        pass


def test_an_espace_is_added_without_touching_python(tmp_path: Path) -> None:  # E-02
    more = "\n  - {code: CARNET, label: Mon carnet, permissions: [CONSULTATION_UNIQUEMENT]}\n"
    path = a_file(tmp_path, SHIPPED.read_text("utf-8") + more)

    with service_under_test(SERVICE, catalogue=path) as running:
        espaces = EspacesDriver(running)
        opened = espaces.open(espace="CARNET", permissions=["CONSULTATION_UNIQUEMENT"], options={})
        menu = espaces.menu(41)

    assert (opened.status_code, opened.get_json()["label"]) == (201, "Mon carnet")
    assert "CARNET" in menu


def test_what_an_operator_takes_away_leaves_menu_and_access_together(tmp_path: Path) -> None:  # E-02, E-14, E-15
    url = f"sqlite:///{tmp_path}/espaces.db"
    less = SHIPPED.read_text("utf-8").replace(
        "label: Mes engagements\n    permissions: [CONSULTATION_UNIQUEMENT, MODIFICATION]",
        "label: Mes engagements\n    permissions: [CONSULTATION_UNIQUEMENT]",
    )
    with service_under_test(SERVICE, folder=tmp_path) as running:
        EspacesDriver(running).open(espace="ENGAGEMENTS", options={})

    with service_under_test(SERVICE, folder=tmp_path, database_url=url, catalogue=a_file(tmp_path, less)) as running:
        espaces = EspacesDriver(running)
        (where,) = espaces.menu(41)["ENGAGEMENTS"]
        reasons = [espaces.access(41, espace="ENGAGEMENTS", permission=permission) for permission in BOTH]

    assert where["permissions"] == ["CONSULTATION_UNIQUEMENT"]
    assert reasons == ["granted", "permission_not_offered"]


def test_an_espace_that_is_not_in_it_is_unknown() -> None:
    with pytest.raises(EspaceUnknown):
        catalogue.load().find("NOTHING")
