"""Directory of the embedded default, in the Sirene stock format: the guide's companies and generated ones.

`python -m embedded.directory <folder>` writes StockEtablissement.csv and StockUniteLegale.csv, identical each time.
"""
