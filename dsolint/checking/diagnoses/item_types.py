"""The types of items that ERPs have of their own."""

from __future__ import annotations

ERP_TYPES = {
    "INV": "FAC", "IN": "FAC", "INVOICE": "FAC", "NF": "FAC", "FA": "FAC", "FT": "FAC", "RE": "FAC", "RV": "FAC",
    "DR": "FAC", "FC": "FAC", "VF": "FAC", "CM": "AVO", "CN": "AVO", "CR": "AVO", "NCC": "AVO", "AV": "AVO", "GS": "AVO",
    "GU": "AVO", "DG": "AVO", "NC": "AVO", "PMT": "RGL", "PAY": "RGL", "RA": "RGL", "DZ": "RGL", "ZA": "RGL", "ZE": "RGL",
    "CASH": "RGL", "AB": "ODI", "OD": "ODI", "SA": "ODI", "DM": "ODI", "DEP": "DPA", "AZ": "DPA", "WE": "TRT", "BILL": "TRT",
    "CREDIT MEMO": "AVO", "CREDIT NOTE": "AVO", "PAYMENT": "RGL", "RECEIPT": "RGL", "RECHNUNG": "FAC", "GUTSCHRIFT": "AVO",
    "ZAHLUNG": "RGL", "ANZAHLUNG": "DPA", "FACTURE": "FAC", "AVOIR": "AVO", "REGLEMENT": "RGL", "RÈGLEMENT": "RGL",
}  # fmt: skip
"""Item types as ERPs write them, and what they probably are: SAP, Oracle EBS, Protheus, Sage and others."""
