"""Vendor and Customer: their names and addresses stand in the same places."""

from service.core.records import Customer, Vendor
from service.quickbooks.translate.codecs import ADDRESS, FLAG, TEXT
from service.quickbooks.translate.fields import field
from service.quickbooks.translate.lists import ARCHIVED, DISPLAY_NAME, ListObject, derive, parent_field
from service.quickbooks.translate.table import Table

_PARTY = (
    DISPLAY_NAME,
    field("company_name", "CompanyName", TEXT),
    field("given_name", "GivenName", TEXT),
    field("family_name", "FamilyName", TEXT),
    field("email", "PrimaryEmailAddr.Address", TEXT),
    field("phone", "PrimaryPhone.FreeFormNumber", TEXT),
    field("account_number", "AcctNum", TEXT),
    field("address", "BillAddr", ADDRESS),
    ARCHIVED,
)

VENDOR = Table(
    document=Vendor, wire=ListObject, fields=_PARTY, derive=derive, asked_by=(("archived", "name"),)
)
CUSTOMER = Table(
    document=Customer,
    wire=ListObject,
    fields=(*_PARTY, parent_field("Job"), field("project", "IsProject", FLAG, fixed=True)),
    derive=derive,
    asked_by=(("archived", "name"),),
)
