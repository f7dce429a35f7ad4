"""Countries by the codes of INSEE's *code officiel géographique*, where farms and companies of France have neighbours.

A code that is not listed leaves the country to the person: a default would pass for the directory's word.
"""

from collections.abc import Mapping

ISO_OF_INSEE: Mapping[str, str] = {
    "99101": "DK",
    "99103": "NO",
    "99104": "SE",
    "99105": "FI",
    "99109": "DE",
    "99110": "AT",
    "99112": "HU",
    "99113": "LI",
    "99114": "RO",
    "99122": "PL",
    "99126": "GR",
    "99127": "IT",
    "99128": "SM",
    "99130": "AD",
    "99131": "BE",
    "99132": "GB",
    "99134": "ES",
    "99135": "NL",
    "99136": "IE",
    "99137": "LU",
    "99138": "MC",
    "99139": "PT",
    "99140": "CH",
    "99401": "CA",
    "99404": "US",
}
