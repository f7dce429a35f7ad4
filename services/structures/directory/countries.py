"""INSEE's codes of foreign countries, from its official geographic code, as codes of ISO 3166-1."""

from collections.abc import Iterator

_RUNS = {
    99101: "DK IS NO SE FI EE LV LT DE AT BG HU LI RO -- CZ SK BA HR ME RS PL RU -- AL GR IT SM VA AD BE GB",
    99134: "ES NL IE LU MC PT CH -- -- CY MT SI -- -- BY -- -- MD -- -- -- UA MK -- FO -- AX",
    99201: "SA -- IQ IR LB SY IL TR -- -- -- AF PK BT NP CN JP -- TH PH -- JO IN MM BN SG MY -- MV HK ID MO",
    99234: "KH LK TW -- KP KR KW LA MN VN -- -- BD AE QA BH OM YE AM AZ CY GE KZ KG UZ TJ TM PS TL",
    99301: "EG LR ZA GM -- SH -- IO TZ ZW NA CD -- GQ ET LY ER SO -- -- BI CM CF CG -- CI BJ GA GH GN BF KE MG MW",
    99335: "ML MR NE NG UG RW SN SL SD TD TG ZM BW LS SS MA TN DZ",
    99389: "EH MU SZ GW MZ ST AO CV KM SC DJ",
    99401: "CA -- -- US MX CR CU DO GT HT HN NI PA SV AR BR CL BO CO EC PY PE UY VE -- JM -- GY BZ GL AW -- TT BB GD",
    99436: "BS SR DM LC VC AG KN BQ CW SX",
    99501: "AU NZ PN -- -- WS NR FJ TO PG TV SB KI VU MH FM PW -- -- CK NU",
}
"""Codes in a row from the number on. `--`: no country, one that is no more, or several at once."""


def _by_code() -> Iterator[tuple[str, str]]:
    for first, run in _RUNS.items():
        for number, country in enumerate(run.split(), first):
            if country != "--":
                yield str(number), country


_ISO = dict(_by_code())


def iso_code(insee_code: str | None) -> str | None:
    """Return the ISO code; FR for an address without a foreign country, None for a country without one."""
    return _ISO.get(insee_code) if insee_code else "FR"
