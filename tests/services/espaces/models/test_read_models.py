"""Rules of structures and attachments as read models, on plain objects with no database."""

import pytest

from services.espaces.errors.espaces import EspaceAlreadyOpen, EspaceNotAvailable, StructureInactive
from services.espaces.errors.structures import NotThePrincipalManager
from services.espaces.models.read_models import Role, StructureStatus
from tests.services.espaces.builders import a_structure, an_attachment, an_espace

NOT_FOR_CENTRES = frozenset({"centre_de_gestion"})


def test_a_structure_that_is_not_active_can_have_nothing() -> None:  # E-12
    with pytest.raises(StructureInactive):
        a_structure(status=StructureStatus.INACTIVE).check_can_have(an_espace())


def test_a_centre_de_gestion_cannot_have_what_is_not_for_it() -> None:  # E-05
    centre = a_structure(is_centre_de_gestion=True)

    with pytest.raises(EspaceNotAvailable):
        centre.check_can_have(an_espace(not_for=NOT_FOR_CENTRES))

    centre.check_can_have(an_espace())


def test_what_is_not_for_a_centre_de_gestion_is_for_every_other_structure() -> None:  # E-05
    a_structure().check_can_have(an_espace(not_for=NOT_FOR_CENTRES))


def test_what_every_structure_has_is_open_already() -> None:  # E-04
    with pytest.raises(EspaceAlreadyOpen):
        a_structure().check_can_have(an_espace(for_managers=True))


def test_the_principal_manager_may_open_whatever_the_setting() -> None:  # E-03
    an_attachment(Role.PRINCIPAL_MANAGER).check_may_open(secondary_too=False)
    an_attachment(Role.PRINCIPAL_MANAGER).check_may_open(secondary_too=True)


def test_a_secondary_manager_may_open_only_with_the_setting() -> None:  # E-03
    secondary = an_attachment(Role.SECONDARY_MANAGER)

    with pytest.raises(NotThePrincipalManager):
        secondary.check_may_open(secondary_too=False)

    secondary.check_may_open(secondary_too=True)


@pytest.mark.parametrize("secondary_too", [False, True])
def test_a_user_may_open_nothing_whatever_the_setting(secondary_too: bool) -> None:  # E-03
    with pytest.raises(NotThePrincipalManager):
        an_attachment(Role.USER).check_may_open(secondary_too=secondary_too)
