"""A small directory for the embedded default, in the Sirene stock layout: the guide's companies and generated ones.

`python -m embedded.directory <folder>` writes StockEtablissement.csv and StockUniteLegale.csv, the same each time.
"""
