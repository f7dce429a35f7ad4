"""Creating, reading and changing structures over HTTP."""

from typing import Any

import pytest

from tests.services.structures.builders import (
    AIFE_SIRET,
    COLLEAGUE,
    EARL_SIRET,
    MANAGER,
    STRANGER,
    URSSAF_SIRET,
    DirectoryInMemory,
    a_new_structure,
)
from tests.services.structures.driver import StructuresDriver, faults, refusal

pytestmark = pytest.mark.both_databases


def test_the_directory_fills_the_form(structures: StructuresDriver) -> None:  # S-04
    answer = structures.call("GET", f"/directory/establishments/{AIFE_SIRET}")

    assert answer.status_code == 200
    assert answer.json == {
        "siret": AIFE_SIRET,
        "name": "AGENCE INFORMATIQUE FINANCIERE ETAT",
        "street": "10 RUE DU CENTRE",
        "label": None,
        "complement_1": "IMMEUBLE",
        "complement_2": None,
        "is_hidden": False,
        "postcode": "93160",
        "town": "NOISY LE GRAND",
        "country": "FR",
        "is_public": True,
        "status": "ACTIF",
    }


@pytest.mark.parametrize(
    ("siret", "status", "code"),
    [
        ("13001977100019", 422, "siret_invalid"),
        ("x", 422, "siret_invalid"),
        ("35600000000048", 404, "siret_unknown"),
        (URSSAF_SIRET, 409, "siret_closed"),
    ],
)
def test_the_directory_says_why_it_has_nothing(  # S-05, S-06
    structures: StructuresDriver, siret: str, status: int, code: str
) -> None:
    answer = structures.call("GET", f"/directory/establishments/{siret}")

    assert refusal(answer) == (status, code)


def test_a_directory_out_of_reach_is_another_answer_than_an_unknown_siret(
    structures: StructuresDriver, directory: DirectoryInMemory
) -> None:  # S-05
    directory.is_available = False

    answer = structures.call("GET", f"/directory/establishments/{AIFE_SIRET}")

    assert refusal(answer) == (503, "directory_unavailable")


def test_the_directory_is_for_signed_in_persons(structures: StructuresDriver) -> None:
    assert refusal(structures.call("GET", f"/directory/establishments/{AIFE_SIRET}", None)) == (401, "unauthenticated")


def test_a_structure_is_created_verified_with_its_principal_manager(structures: StructuresDriver) -> None:  # S-04, S-08
    body = a_new_structure(label="AIFE", email="contact@exemple.fr", vat_number="FR 15 130019771", rcs_number="RCS 1")

    answer = structures.call("POST", "/structures", json=body)

    created = answer.get_json()
    assert answer.status_code == 201
    assert (created["verified"], created["vat_number"]) == (True, "FR15130019771")
    assert {name: created[name] for name in body if name != "vat_number"} == {
        name: value for name, value in body.items() if name != "vat_number"
    }
    (attachment,) = structures.attachments(created["structure_id"])
    assert (attachment["role"], attachment["status"]) == ("GESTIONNAIRE_PRINCIPAL", "VALIDEE")
    assert structures.service.recorded() == [
        (
            "structures.structure_created.v1",
            {
                "structure_id": created["structure_id"],
                "identifier_type": "SIRET",
                "identifier": AIFE_SIRET,
                "name": body["name"],
                "status": "ACTIF",
                "is_centre_de_gestion": False,
                "is_public": True,
                "awaits_verification": False,
                "attachment_id": attachment["attachment_id"],
                "principal_manager_id": MANAGER,
            },
        )
    ]


def test_every_field_is_kept(structures: StructuresDriver) -> None:  # S-07
    body = a_new_structure(
        status="INACTIF",
        label="Label",
        email="structure@exemple.fr",
        rcs_number="RCS BOBIGNY 1",
        vat_number="FR15130019771",
        is_centre_de_gestion=True,
        is_edi_emitter=True,
        receives_edi_life_cycles=True,
        complement_1="IMMEUBLE",
        complement_2="HALL B",
        telephone="01 02 03 04 05",
        fax="01 02 03 04 06",
    )

    structure_id = structures.call("POST", "/structures", json=body).get_json()["structure_id"]

    stored = structures.call("GET", f"/structures/{structure_id}").get_json()
    assert body.items() <= stored.items()


def test_the_directory_decides_whether_a_structure_is_public(structures: StructuresDriver) -> None:  # S-05
    structure_id = structures.create(identifier=EARL_SIRET, name="EARL DES TROIS CHENES", is_public=True)

    assert structures.call("GET", f"/structures/{structure_id}").get_json()["is_public"] is False


def test_without_the_directory_a_structure_is_created_unverified(
    structures: StructuresDriver, directory: DirectoryInMemory
) -> None:  # S-05
    directory.is_available = False

    structure_id = structures.create()

    structure = structures.call("GET", f"/structures/{structure_id}").get_json()
    assert (structure["verified"], structure["is_public"]) == (False, False)


@pytest.mark.parametrize(
    ("siret", "status", "code"),
    [("35600000000048", 422, "siret_unknown"), (URSSAF_SIRET, 409, "siret_closed"), ("1", 422, "siret_invalid")],
)
def test_a_siret_must_exist_and_be_active(  # S-05, S-06
    structures: StructuresDriver, siret: str, status: int, code: str
) -> None:
    answer = structures.call("POST", "/structures", json=a_new_structure(identifier=siret))

    assert refusal(answer) == (status, code)
    assert faults(answer) == {"identifier": code}
    assert structures.events() == []


@pytest.mark.parametrize("fictive", ["97395107368257", "35600000000048"])
def test_a_sandbox_creates_structures_that_the_directory_does_not_know(  # S-06
    sandbox: StructuresDriver, fictive: str
) -> None:
    structure_id = sandbox.create(identifier=fictive)

    assert sandbox.call("GET", f"/structures/{structure_id}").get_json()["verified"] is False


def test_without_a_siret_the_directory_is_not_asked(
    structures: StructuresDriver, directory: DirectoryInMemory
) -> None:  # S-04
    structure_id = structures.create(identifier_type="RIDET", identifier="0 123 456.001", is_public=False)

    structure = structures.call("GET", f"/structures/{structure_id}").get_json()
    assert (structure["identifier"], structure["verified"]) == ("0123456001", False)
    assert directory.asked == []


def test_a_structure_is_unique_by_type_and_identifier(
    structures: StructuresDriver, directory: DirectoryInMemory
) -> None:  # S-01
    structures.create()

    answer = structures.call("POST", "/structures", STRANGER, json=a_new_structure(identifier="130 019 771 00018"))

    assert refusal(answer) == (409, "structure_exists")
    assert structures.events() == ["structures.structure_created.v1"]
    assert directory.asked == [AIFE_SIRET]


def test_the_same_identifier_of_another_type_is_another_structure(structures: StructuresDriver) -> None:  # S-01
    first = structures.create()

    second = structures.create(identifier_type="AUTRE")

    assert first != second


BAD_INPUT: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"colour": "red"}, {"colour": "unknown_field"}),
    ({"name": 5}, {"name": "invalid"}),
    ({"name": ""}, {"name": "required"}),
    ({"name": None}, {"name": "required"}),
    ({"name": "x" * 251}, {"name": "too_long"}),
    ({"name": "a\x00b"}, {"name": "invalid_characters"}),
    ({"email": "nobody"}, {"email": "not_an_email"}),
    ({"country": "France"}, {"country": "not_a_country"}),
    ({"is_public": "maybe"}, {"is_public": "invalid"}),
    ({"postcode": "9" * 17, "town": ""}, {"postcode": "too_long", "town": "required"}),
    ({"vat_number": "FR09111222333"}, {"vat_number": "vat_number_of_another"}),
    ({"vat_number": "FR99"}, {"vat_number": "vat_number_invalid"}),
]


@pytest.mark.parametrize(("fields", "expected"), BAD_INPUT, ids=lambda value: str(value)[:40])
def test_bad_input_is_refused_field_by_field_and_changes_nothing(  # S-07
    structures: StructuresDriver, fields: dict[str, Any], expected: dict[str, str]
) -> None:
    structure_id = structures.create(identifier=EARL_SIRET, vat_number=None)
    before = structures.call("GET", f"/structures/{structure_id}").json

    created = structures.call("POST", "/structures", json=a_new_structure(**fields))
    wrong_here = {"vat_number": "FR15130019771"} if fields.get("vat_number", "").endswith("333") else fields
    changed = structures.call("PATCH", f"/structures/{structure_id}", json=wrong_here)

    assert (created.status_code, faults(created)) == (422, expected)
    assert (changed.status_code, faults(changed)) == (422, expected)
    assert structures.call("GET", f"/structures/{structure_id}").json == before
    assert structures.events() == ["structures.structure_created.v1"]


@pytest.mark.parametrize("kind", ["SIREN", 5, None])
def test_a_type_of_identifier_that_does_not_exist_is_refused(structures: StructuresDriver, kind: object) -> None:
    answer = structures.call("POST", "/structures", json=a_new_structure(identifier_type=kind))

    assert answer.status_code == 422
    assert list(faults(answer)) == ["identifier_type"]


def test_a_manager_changes_a_structure(structures: StructuresDriver) -> None:  # S-07
    structure_id = structures.create()

    answer = structures.call("PATCH", f"/structures/{structure_id}", json={"is_centre_de_gestion": True, "label": "CG"})

    changed = structures.call("GET", f"/structures/{structure_id}").get_json()
    assert answer.status_code == 200
    assert (changed["is_centre_de_gestion"], changed["label"], changed["town"]) == (True, "CG", "NOISY LE GRAND")
    name, payload = structures.service.recorded()[-1]
    assert name == "structures.structure_changed.v1"
    assert (payload["is_centre_de_gestion"], payload["changed_by"]) == (True, MANAGER)


@pytest.mark.parametrize("field", ["identifier", "identifier_type", "verified", "structure_id", "created_at"])
def test_what_identifies_a_structure_does_not_change(structures: StructuresDriver, field: str) -> None:  # S-01
    structure_id = structures.create()

    answer = structures.call("PATCH", f"/structures/{structure_id}", json={field: EARL_SIRET})

    assert faults(answer) == {field: "unknown_field"}


@pytest.mark.parametrize("account_id", [STRANGER, COLLEAGUE])
def test_nobody_but_a_manager_changes_a_structure(structures: StructuresDriver, account_id: int) -> None:
    structure_id = structures.create()
    structures.decide(MANAGER, "APPROVE", structures.request(structure_id, COLLEAGUE))
    before = structures.call("GET", f"/structures/{structure_id}").json

    answer = structures.call("PATCH", f"/structures/{structure_id}", account_id, json={"name": "MINE"})

    assert refusal(answer) == (403, "not_a_manager")
    assert structures.call("GET", f"/structures/{structure_id}").json == before
    assert "structures.structure_changed.v1" not in structures.events()


def test_a_manager_cannot_say_otherwise_than_the_directory(structures: StructuresDriver) -> None:  # S-05
    structure_id = structures.create()

    answer = structures.call("PATCH", f"/structures/{structure_id}", json={"is_public": False})

    assert refusal(answer) == (409, "public_by_directory")


@pytest.mark.parametrize(
    ("number", "code"), [("7", "structure_unknown"), ("0", "not_found"), ("9" * 30, "not_found"), ("x", "not_found")]
)
def test_a_structure_that_does_not_exist_is_not_found(structures: StructuresDriver, number: str, code: str) -> None:
    assert refusal(structures.call("GET", f"/structures/{number}")) == (404, code)


def test_a_structure_that_does_not_exist_is_not_changed(structures: StructuresDriver) -> None:
    assert refusal(structures.call("PATCH", "/structures/7", json={})) == (404, "structure_unknown")


def test_a_body_that_is_not_json_in_utf_8_is_refused(structures: StructuresDriver) -> None:
    latin = '{"name": "é"}'.encode("latin-1")

    answer = structures.call("POST", "/structures", data=latin, content_type="application/json")

    assert refusal(answer) == (400, "not_json")


def test_of_two_changes_of_one_version_the_second_is_refused_and_changes_nothing(
    structures: StructuresDriver,
) -> None:  # S-07
    path = f"/structures/{structures.create()}"
    read = structures.call("GET", path).headers["ETag"]

    first = structures.call("PATCH", path, json={"is_centre_de_gestion": True}, headers={"If-Match": read})
    second = structures.call("PATCH", path, json={"label": "Mine"}, headers={"If-Match": read})
    again = structures.call("PATCH", path, json={"label": "Mine"}, headers={"If-Match": first.headers["ETag"]})

    assert (first.status_code, refusal(second), again.status_code) == (200, (412, "changed_meanwhile"), 200)
    stored = structures.call("GET", path).get_json()
    assert (stored["is_centre_de_gestion"], stored["label"]) == (True, "Mine")


@pytest.mark.parametrize(
    ("version", "status", "code"),
    [("", 428, "version_needed"), ('"other"', 412, "changed_meanwhile"), ("x" * 500, 412, "changed_meanwhile")],
)
def test_a_change_says_which_version_was_read(
    structures: StructuresDriver, version: str, status: int, code: str
) -> None:  # S-07
    path = f"/structures/{structures.create()}"

    answer = structures.call("PATCH", path, json={"label": "Mine"}, headers={"If-Match": version})

    assert refusal(answer) == (status, code)
    assert structures.call("GET", path).get_json()["label"] is None


def test_a_stranger_learns_no_version(structures: StructuresDriver) -> None:  # S-07
    path = f"/structures/{structures.create()}"

    answer = structures.call("PATCH", path, STRANGER, json={"label": "Mine"}, headers={"If-Match": '"other"'})

    assert refusal(answer) == (403, "not_a_manager")
