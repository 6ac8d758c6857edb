"""Who belongs where and has what, as the files told it: each row under the number of the import that told it."""

from datetime import date

from sqlmodel import Field, SQLModel


class IdentityKeyRow(SQLModel, table=True):
    """The one key under which identities are hashed."""

    __tablename__ = "identity_key"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    key: bytes


class IdentityRow(SQLModel, table=True):
    """An e-mail address, or an employer's number, as a keyed hash: whoever reads usage alone reads no name."""

    __tablename__ = "identity"

    id: int | None = Field(default=None, primary_key=True)
    mark: str = Field(unique=True)


class TieRow(SQLModel, table=True):
    """Whose an identity is; of several the newest import's holds."""

    __tablename__ = "tie"

    identity: int = Field(foreign_key="identity.id", primary_key=True)
    origin: int = Field(foreign_key="file_import.number", primary_key=True)
    person: str = Field(foreign_key="person.id", index=True)


class PostingRow(SQLModel, table=True):
    """Where the owner of an identity belongs and what they may use, from a day until the next one of that person."""

    __tablename__ = "posting"

    identity: int = Field(foreign_key="identity.id", primary_key=True)
    valid_from: date = Field(primary_key=True)
    origin: int = Field(foreign_key="file_import.number", primary_key=True)
    name: str | None = None
    department: str
    site: str | None = None
    manager: str | None = None  # e-mail
    access: str = ""  # keys of initiatives, sorted, separated by spaces
    left_on: date | None = None
    employee: int | None = Field(default=None, foreign_key="identity.id")


class MergerRow(SQLModel, table=True):
    """Two people who turned out to be one: `person` is `into` now."""

    __tablename__ = "merger"

    person: str = Field(foreign_key="person.id", primary_key=True)
    origin: int = Field(foreign_key="file_import.number", primary_key=True)
    into: str = Field(foreign_key="person.id")


class MovedAccountRow(SQLModel, table=True):
    """Whose an account was before an import gave it to somebody else."""

    __tablename__ = "moved_account"

    platform: str = Field(primary_key=True)
    workspace: str = Field(primary_key=True)
    user: str = Field(primary_key=True)
    origin: int = Field(foreign_key="file_import.number", primary_key=True)
    person: str


class TargetRow(SQLModel, table=True):
    """Who is meant to use an initiative from a day on: a department, a site, both, or (empty) everybody.

    All the targets of an initiative are those that the newest import to name any told.
    """

    __tablename__ = "target"

    initiative: str = Field(primary_key=True)
    origin: int = Field(foreign_key="file_import.number", primary_key=True)
    department: str = Field(primary_key=True)
    site: str = Field(primary_key=True)
    rollout_on: date


class InitiativeToldRow(SQLModel, table=True):
    """What a file said of an initiative; `before`: its words until then as JSON, None where it was new."""

    __tablename__ = "initiative_told"

    initiative: str = Field(primary_key=True)
    origin: int = Field(foreign_key="file_import.number", primary_key=True)
    title: str | None = None
    summary: str | None = None
    stage: str | None = None
    department: str | None = None
    owner: str | None = None
    sponsor: str | None = None
    bucket: str | None = None
    before: str | None = None
