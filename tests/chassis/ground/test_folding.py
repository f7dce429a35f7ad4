"""Names are compared without case, accents and punctuation."""

import pytest

from chassis.ground.folding import folded


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("L'Œuf d'Été", "L OEUF D ETE"),
        ("  Jean-Pierre   LEFÈVRE ", "JEAN PIERRE LEFEVRE"),
        ("Straße 12", "STRASSE 12"),
        ("%_", ""),
        ("", ""),
    ],
)
def test_a_name_is_folded(typed: str, compared: str) -> None:
    assert folded(typed) == compared
