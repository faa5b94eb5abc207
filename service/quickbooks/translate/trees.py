"""Account, Class, Department (our location) and Item: lists that form trees.

QuickBooks wants the name in every update of them.
"""

from service.core.records import Account, AccountingClass, Item, Location
from service.quickbooks.translate.codecs import OWN_TEXT, PRICE, REF, TEXT, WORD
from service.quickbooks.translate.fields import field
from service.quickbooks.translate.lists import ARCHIVED, NAME_FIELD, ListObject, derive, parent_field
from service.quickbooks.translate.table import Table

ACCOUNT = Table(
    document=Account,
    wire=ListObject,
    fields=(
        NAME_FIELD,
        field("type", "AccountType", WORD),
        field("number", "AcctNum", TEXT),
        field("subtype", "AccountSubType", OWN_TEXT),
        field("description", "Description", TEXT),
        parent_field("SubAccount"),
        ARCHIVED,
    ),
    derive=derive,
    asked=("name",),
)
CLASS = Table(
    document=AccountingClass,
    wire=ListObject,
    fields=(NAME_FIELD, parent_field("SubClass"), ARCHIVED),
    derive=derive,
    asked=("name",),
)
DEPARTMENT = Table(
    document=Location,
    wire=ListObject,
    fields=(NAME_FIELD, parent_field("SubDepartment"), ARCHIVED),
    derive=derive,
    asked=("name",),
)
ITEM = Table(
    document=Item,
    wire=ListObject,
    fields=(
        NAME_FIELD,
        field("type", "Type", WORD),
        field("sku", "Sku", TEXT),
        field("description", "Description", TEXT),
        field("unit_price", "UnitPrice", PRICE),
        field("income_account", "IncomeAccountRef", REF),
        field("expense_account", "ExpenseAccountRef", REF),
        parent_field("SubItem"),
        ARCHIVED,
    ),
    derive=derive,
    asked=("name",),
)
