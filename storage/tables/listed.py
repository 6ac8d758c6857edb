"""What app.yaml listed at the last start."""

from sqlmodel import Field, SQLModel


class ListedRow(SQLModel, table=True):
    """One value of a ritual, KPI or initiative, by its path in app.yaml."""

    __tablename__ = "listed"

    path: str = Field(primary_key=True)
    value: str
