"""Catalogue: data for an operator to edit, checked at start."""

from pathlib import Path

import pytest

from chassis.ground.settings import SettingsError
from services.espaces.app import SERVICE
from services.espaces.catalogue import loader
from services.espaces.catalogue.entries import Option, Permission
from services.espaces.catalogue.loader import SHIPPED, CatalogueBroken
from services.espaces.errors.espaces import EspaceUnknown
from tests.kit.databases import fresh_database
from tests.kit.support import service_under_test
from tests.services.espaces.driver import BOTH, STRANGER, EspacesDriver

GOOD = "espaces: [{code: A, label: A, permissions: [MODIFICATION]}]"

TWO_FAULTS = {"options.categorie_beneficiaire": "required", "options.pacage": "invalid"}

A_CHOICE = "code: o, label: O, type: choice, required: true"


def an_option(described: str, times: int = 1) -> str:
    """Return the text of a catalogue of one espace with the option."""
    return f"{GOOD[:-2]}, options: [{', '.join([f'{{{described}}}'] * times)}]}}]"


def a_file(folder: Path, text: str) -> Path:
    path = folder / "catalogue.yaml"
    path.write_text(text, "utf-8")
    return path


def test_the_catalogue_has_the_espaces_of_the_guide_in_their_order() -> None:  # E-01
    labels = [espace.label for espace in loader.load()]

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


def test_only_tic_is_kept_from_centres_de_gestion_and_only_one_is_every_manager_s() -> None:  # E-04, E-05
    read = loader.load()

    assert [espace.code for espace in read if not espace.is_for(centre_de_gestion=True)] == ["REMBOURSEMENT_TIC"]
    assert [espace.code for espace in read if espace.for_managers] == ["ACTIVITES_GESTIONNAIRE"]
    assert {espace.permissions for espace in read} == {(Permission.CONSULTATION, Permission.MODIFICATION)}


def test_tic_asks_for_one_of_the_categories_of_the_guide_and_takes_a_pacage_number() -> None:  # E-06
    category, pacage = loader.load().find("REMBOURSEMENT_TIC").options

    assert [choice.label for choice in category.choices] == [
        "Exploitant agricole à titre individuel",
        "Exploitant agricole à titre sociétaire",
        "Conchyliculteur",
        "Entreprise de travaux agricoles à titre individuel",
        "Entreprise de travaux forestiers à titre individuel",
        "Entreprise de travaux agricoles à titre sociétaire",
        "Entreprise de travaux forestiers à titre sociétaire",
        "Exploitant forestier",
        "CUMA",
        "Autre : personne morale ayant une activité agricole",
        "Cotisant solidaire",
    ]
    assert (category.required, pacage.required, pacage.pattern) == (True, False, "[0-9]{9}")


@pytest.mark.parametrize(
    ("options", "faults"),
    [
        ({}, {"options.categorie_beneficiaire": "required"}),
        ({"categorie_beneficiaire": "NOBODY"}, {"options.categorie_beneficiaire": "not_a_choice"}),
        ({"categorie_beneficiaire": "CUMA", "pacage": "12345678"}, {"options.pacage": "invalid"}),
        ({"categorie_beneficiaire": "CUMA", "pacage": "1234567890"}, {"options.pacage": "too_long"}),
        ({"categorie_beneficiaire": "CUMA", "pacage": "01234567a"}, {"options.pacage": "invalid"}),
        ({"categorie_beneficiaire": "CUMA", "pacage": "٠١٢٣٤٥٦٧٨"}, {"options.pacage": "invalid"}),
        ({"categorie_beneficiaire": "", "pacage": "1"}, TWO_FAULTS),
        ({"categorie_beneficiaire": "CUMA", "surface": "3"}, {"options.surface": "unknown_field"}),
        ({"categorie_beneficiaire": "CUMA", "pacage": None}, {}),
        ({"categorie_beneficiaire": "CUMA", "pacage": "000000001"}, {}),
    ],
)
def test_options_are_checked_by_what_the_catalogue_says(
    options: dict[str, str], faults: dict[str, str]
) -> None:  # E-06
    tic = loader.load().find("REMBOURSEMENT_TIC")

    assert tic.option_faults(options) == faults


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("espaces: [", "YAML"),
        ("", "mend"),
        ("espaces: []", "espaces"),
        ("seven", "the file"),
        ("- {code: A}", "the file"),
        ("espace: []", "espace: Unknown field"),
        (f"{GOOD}\ncolour: red", "colour: Unknown field"),
        ("espaces: [{code: A, permissions: [MODIFICATION]}]", "espaces A label: Missing"),
        ("espaces: [{code: A, label: '', permissions: [MODIFICATION]}]", "espaces A label"),
        (f"espaces: [{{code: A, label: {'x' * 121}, permissions: [MODIFICATION]}}]", "espaces A label"),
        ("espaces: [{code: A, label: A, permissions: []}]", "espaces A permissions"),
        ("espaces: [{code: A, label: A, permissions: MODIFICATION}]", "espaces A permissions"),
        (f"{GOOD[:-2]}, for_managers: 'yes'}}]", "espaces A for_managers"),
        (an_option("code: o, label: O, type: date, required: true"), "options o type"),
        (an_option("code: o, label: O, type: text, required: 1.5"), "options o required"),
        (an_option("code: o, label: O, type: text, required: true, most: 0"), "options o most"),
        (an_option("code: o, label: O, type: text, required: true, most: 251"), "options o most"),
        (
            an_option("code: o, label: O, type: text, required: true, choices: [{code: C, label: C}]"),
            "options o choices",
        ),
        (an_option(f"{A_CHOICE}, choices: []"), "options o choices"),
        (an_option(f"{A_CHOICE}, choices: [{{code: C}}]"), "options o choices C label: Missing"),
        (an_option(f"{A_CHOICE}, choices: [{{code: C, label: C}}, {{code: C, label: D}}]"), "named twice: C"),
        (an_option(f"{A_CHOICE}, choices: [{{code: C, label: C}}], most: 3"), "options o type: a choice has neither"),
        (an_option("code: o, label: O, type: text, required: true", times=2), "options named twice: o"),
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
def test_a_broken_catalogue_stops_the_start_and_says_where(tmp_path: Path, text: str, fault: str) -> None:  # E-02
    path = a_file(tmp_path, text)

    with pytest.raises(CatalogueBroken, match=str(path)) as broken:
        loader.load(path)

    assert fault in str(broken.value)


@pytest.mark.parametrize(
    "content", [b"espaces: [{code: A, label: \xe9}]", b"\x00", b"a: b: c", b"!!python/object:os.x {}"]
)
def test_what_is_no_yaml_in_utf_8_stops_the_start_and_names_the_file(tmp_path: Path, content: bytes) -> None:  # E-02
    path = a_file(tmp_path, "")
    path.write_bytes(content)

    with pytest.raises(CatalogueBroken, match=f"{path}: cannot be read as YAML"):
        loader.load(path)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (f"{GOOD}\n{GOOD}", "espaces is written twice"),
        ("espaces: [{code: A, label: A, label: B, permissions: [MODIFICATION]}]", "label is written twice"),
    ],
)
def test_a_key_that_is_written_twice_does_not_drop_what_it_said_first(tmp_path: Path, text: str, fault: str) -> None:
    # E-02
    with pytest.raises(CatalogueBroken, match=f"{fault}(.|\n)*line \\d"):
        loader.load(a_file(tmp_path, text))


def test_a_folder_is_no_catalogue(tmp_path: Path) -> None:  # E-02
    with pytest.raises(CatalogueBroken, match=str(tmp_path)):
        loader.load(tmp_path)


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:  # E-02
    path = a_file(
        tmp_path, "espaces: [{code: A, permissions: [MODIFICATION]}, {code: B, label: B, permissions: [ALL]}]"
    )

    with pytest.raises(CatalogueBroken) as broken:
        loader.load(path)

    assert "espaces A label" in str(broken.value)
    assert "espaces B permissions" in str(broken.value)


def test_a_broken_catalogue_stops_the_process_with_the_setting_to_mend(tmp_path: Path) -> None:  # E-02
    with (
        pytest.raises(SettingsError, match=r"GUICHET_CATALOGUE.*espaces number 1 code"),
        service_under_test(SERVICE, catalogue=a_file(tmp_path, "espaces: [{}]")),
    ):
        pass


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
    less = SHIPPED.read_text("utf-8").replace(
        "label: Mes engagements\n    permissions: [CONSULTATION_UNIQUEMENT, MODIFICATION]",
        "label: Mes engagements\n    permissions: [CONSULTATION_UNIQUEMENT]",
    )
    with fresh_database("espaces") as url:
        with service_under_test(SERVICE, database_url=url) as running:
            EspacesDriver(running).open(espace="ENGAGEMENTS", options={})

        with service_under_test(SERVICE, database_url=url, catalogue=a_file(tmp_path, less)) as running:
            espaces = EspacesDriver(running)
            (where,) = espaces.menu(41)["ENGAGEMENTS"]
            reasons = [espaces.access(41, espace="ENGAGEMENTS", permission=permission) for permission in BOTH]

    assert where["permissions"] == ["CONSULTATION_UNIQUEMENT"]
    assert reasons == ["granted", "permission_not_offered"]


def test_an_espace_that_is_not_in_it_is_unknown() -> None:
    with pytest.raises(EspaceUnknown):
        loader.load().find("NOTHING")


@pytest.mark.parametrize("value", ["12", "1a", "a1", "1\n", "\n1"])
def test_a_pattern_is_for_the_whole_text(value: str) -> None:  # E-06
    option = Option("o", "O", "text", required=True, pattern="[0-9]")

    assert (option.fault(value), option.fault("1")) == ("invalid", None)


def test_the_routes_tell_the_catalogue_as_it_is(espaces: EspacesDriver) -> None:  # E-01, E-02
    items = espaces.call("GET", "/catalogue", STRANGER).get_json()["items"]

    assert [item["espace"] for item in items] == [espace.code for espace in loader.load()]
    (tic,) = [item for item in items if item["options"]]
    category, pacage = tic["options"]
    assert (category["type"], len(category["choices"]), category["required"]) == ("choice", 11, True)
    assert category["choices"][8] == {"code": "CUMA", "label": "CUMA"}
    assert (pacage["type"], pacage["most"], pacage["pattern"], pacage["choices"]) == ("digits", 9, "[0-9]{9}", [])
