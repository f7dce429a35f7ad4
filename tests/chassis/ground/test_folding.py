"""Names are compared without case, accents and punctuation."""

import pytest

from chassis.ground.folding import folded, searchable, words_to_find


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


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("E.A.R.L. BUGSA DES PRES", "EARL BUGSA"),
        ("E A R L BUGSA", "earl"),
        ("EARL BUGSA", "E.A.R.L. bugsa"),
        ("L'ETOILE-DU-BUGSI", "letoile"),
        ("L'ETOILE-DU-BUGSI", "l'étoile du bugsi"),
        ("L'ETOILE-DU-BUGSI", "etoile"),
        ("MONT-PLAISIR", "montplaisir"),
        ("S.C.E.A DE L'ORME", "scea lorme"),
        ("G.A.E.C. DES 3 CHENES", "gaec chenes"),
        ("Les Éts Dupont & Fils", "ets dupont fils"),
    ],
)
def test_a_name_is_found_without_its_punctuation(name: str, typed: str) -> None:  # S-02
    assert all(word in searchable(name) for word in words_to_find(typed))
    assert words_to_find(typed)


@pytest.mark.parametrize(
    ("name", "typed"),
    [("DES PRES SARL", "despres"), ("EARL BUGSA", "lbugsa"), ("E.A.R.L. BUGSA", "earlbugsa"), ("MA FERME", "maf")],
)
def test_what_blanks_part_stays_apart(name: str, typed: str) -> None:  # S-02
    assert not all(word in searchable(name) for word in words_to_find(typed))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("e e e e", ["EEEE"]),
        ("e", []),
        ("farm farm FARM", ["FARM"]),
        ("l'oeuf", ["OEUF"]),
        (" ".join(f"word{number}" for number in range(125)), [f"WORD{number}" for number in range(8)]),
    ],
)
def test_a_search_costs_eight_words_at_most(typed: str, words: list[str]) -> None:  # S-02
    assert words_to_find(typed) == words
